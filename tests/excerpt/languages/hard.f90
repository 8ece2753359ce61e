! subroutine not
module shapes
contains
  subroutine draw(n)
    integer :: n
    if (n > 1) then
      print *, "end"
    end if
  end subroutine draw
  real function area(x)
    area = x
  end function
end module shapes
