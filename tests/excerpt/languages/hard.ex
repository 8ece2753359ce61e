defmodule Hard.Shape do
  @moduledoc """
  def quoted do
  end
  """
  use GenServer
  alias Hard.{A, B}

  @type t :: %__MODULE__{name: String.t()}
  defstruct name: "do", size: 1

  @doc "Makes one."
  @spec make(String.t(), keyword) :: t
  def make(name, opts \\ []) when is_binary(name) and name != "end" do
    with {:ok, size} <- Keyword.fetch(opts, :size),
         true <- size > 1 do
      %__MODULE__{name: name, size: size}
    else
      _ -> fn x -> x end
    end
  end

  def short(x), do: x
  defp guarded?(x) when x in [1, 2], do: if(x > 1, do: true, else: false)

  def long(
        first,
        second
      ) do
    case first do
      :a -> cond do
        second -> 1
        true -> 2
      end
      :b -> Enum.map([1], fn x ->
        x
      end)
    end
  rescue
    e in RuntimeError -> e
  after
    :ok
  end

  defmacro twice(expression) do
    quote do
      unquote(expression)
    end
  end

  @impl true
  def handle_call(:get, _from, state), do: {:reply, state, state}

  def sigils, do: ~s(do end) <> ~r/end do/
end

defprotocol Hard.Drawable do
  def draw(shape)
end

defimpl Hard.Drawable, for: Hard.Shape do
  def draw(%{name: name}), do: name
end
