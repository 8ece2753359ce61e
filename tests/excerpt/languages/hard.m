% function not()
function [a, b] = split(x, y)
  text = 'it end';
  if x > 1
    a = y';
  end
end

function single
  disp("x");
end
