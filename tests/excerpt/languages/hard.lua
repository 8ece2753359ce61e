-- function not()
--[[ function commented()
end ]]
local M = {}

local function helper(a, ...)
  if a then
    return function(x) return x end
  elseif b then
    for i = 1, 10 do print("end") end
  end
  while true do break end
  repeat local x = 1 until x > 0
end

function M.make(name)
  local text = [==[ function quoted() end ]] ]==]
  return setmetatable({ name = name, value = { 1, 2 } }, { __index = M })
end

function M:draw(context, size)
  context.each(function(item)
    item:draw()
  end)
  do
    local inner = function(n)
      return n
    end
  end
end

M.assigned = function(x)
  return x
end

local table_of = {
  first = function(a) return a end,
  second = 1,
}

return M
