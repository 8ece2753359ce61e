# function not()
module Hard

using Base: show
export Shape

#= function commented()
end =#
abstract type AbstractShape{T<:Real} end

"""
    Shape(x)

function quoted()
"""
struct Shape{T} <: AbstractShape{T}
    x::T
    names::Vector{String}
    function Shape(x::T) where {T<:Real}
        new{T}(x, String["end"])
    end
    Shape() = new{Int}(0, [n for n in 1:3 if n > 1])
end

mutable struct Counter
    n::Int
end

function Base.show(io::IO, shape::Shape{T}; compact=false) where T
    for i in 1:length(shape.names)
        if i > 1
            print(io, shape.names[end])
        end
    end
    A = shape.x'
    begin
        c = 'e'
    end
end

area(shape::Shape) = shape.x^2
function long_area(
    shape::AbstractShape{T},
    scale::T = one(T);
    how = x -> begin
        x
    end,
) where {T}
    map(1:3) do i
        i
    end
    let y = 1
        y
    end
    try
        return scale
    catch e
        rethrow(e)
    finally
        close(how)
    end
end

Base.:+(a::Shape, b::Shape) = Shape(a.x + b.x)

macro twice(expression)
    quote
        $(esc(expression))
    end
end

@inline function fast(x)
    x == 1 && return x
    while true
        break
    end
end

end # module
