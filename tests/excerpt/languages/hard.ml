(* class not *)
module Inner = struct
  let a = 1
end

let main = 1
