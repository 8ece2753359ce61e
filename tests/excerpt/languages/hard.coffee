# class Not
class Shape extends Base
  area: (x) ->
    x * 2

run = -> 1
