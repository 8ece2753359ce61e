using System;

namespace Hard.Names
{
    // class Not {
    [Serializable, DebuggerDisplay("{Name}")]
    public abstract partial class Shape<T> : Base<T>, IEquatable<Shape<T>> where T : struct, new()
    {
        private readonly Dictionary<string, List<int>> names = new() { { "a", new() { 1 } } };
        public string Name { get; set; } = "{";
        public int this[int at] => at;
        public event EventHandler Changed { add { Use(value); } remove { } }

        protected Shape(string name = @"C:\dir\", int n = 1) : base(name) { }
        ~Shape() { Close(); }

        [Obsolete("}")]
        public static (int Left, T Right) Split<U>(this U value, Func<T, U> how)
            where U : class
        {
            int Local(int x) { return x + 1; }
            using (var file = Open($"{value} {{")) { lock (file) { } }
            return (Local(1), default);
        }

        public abstract void Draw(ref int size);
        int IEquatable<Shape<T>>.Count() => 1;
        public static bool operator ==(Shape<T> a, Shape<T> b) => true;
        public static implicit operator string(Shape<T> shape) => shape.Name;
        public async Task<int> Load() => await Task.Run(() => { return 1; });
#if DEBUG
        void Trace(string text) { Write(text); }
#endif
    }

    public record Point(int X, int Y);
    public record struct Size(int Width)
    {
        public int Area() => Width * Width;
    }
    internal enum Mode : byte { Fast, Slow }
    public interface IShape { double Area(); int Size { get; } }
    public delegate int Handler(int x);
}
