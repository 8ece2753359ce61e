package hard;

/** A class { in a comment. */
@Entity(name = "class X {", keys = {"a", "b"})
public abstract class Hard<K extends Comparable<? super K>, V> extends Base<Map<K, List<V>>>
        implements Runnable, Function<K, V> {
    private static final int[][] TABLE = {{1, 2}, {3}};
    private final Runnable task = () -> { run(); };
    static { TABLE[0][0] = 2; }
    private final Comparator<K> order = new Comparator<>() {
        @Override
        public int compare(K a, K b) { return a.compareTo(b); }
    };

    protected Hard(@Nullable K key, V... values) throws IOException {
        this.<K>check(key);
        if (key == null) { throw new Error("}"); } else { char c = '{'; }
    }

    @Override @SuppressWarnings({"unchecked", "rawtypes"})
    public synchronized <T extends K & Runnable> Map.Entry<T, int[]> find(
            final Function<? super K, ? extends T> how,
            Map<String, List<int[]>> where)
            throws IOException, Error {
        return switch (how.size()) {
            case 1 -> { yield null; }
            default -> how.apply(null);
        };
    }

    public abstract V apply(K key);
    native int size();

    enum Mode {
        FAST { @Override int cost() { return 1; } },
        SLOW;
        int cost() { return 2; }
    }

    record Point(int x, int y) {
        Point {
            if (x < 0) throw new Error();
        }
        static Point origin() { return new Point(0, 0); }
    }

    @interface Marker {
        String value() default "{";
        int[] sizes() default {1, 2};
    }

    interface Shape {
        default double area() { return 0; }
        String TEXT = """
            void not() { "quoted
            """;
        double width();
    }
}
