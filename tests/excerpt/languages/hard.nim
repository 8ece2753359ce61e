# proc not()
proc area*(x: int,
           y = 1): int =
  if x > 1:
    result = y

func twice(x: int): int = x * 2
template log(text: string) =
  echo text
