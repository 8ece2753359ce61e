package hard

// a comment {
sealed interface Shape<out T : Comparable<T>> {
  val corners: Int get() = 0
  fun area(): Double
  fun <R> map(block: (T) -> R): Shape<R>
}

data class Point(val x: Int = 0, val y: Int = list { 1 }) : Shape<Int>, Base({ 1 }) {
  constructor(text: String) : this(text.length)
  constructor() : this(0)
  init { check(x > 0) { "no } here" } }
  override fun area() = x * y.toDouble()
  override fun <R> map(block: (Int) -> R): Shape<R> =
    other(block)
      .filter { it != null }

  operator fun Point.plus(other: Point): Point {
    return Point("""raw { ${other.x} """)
  }
  companion object {
    fun origin() = Point()
  }
}

class Service
@Inject
constructor(private val repository: Repository) {
  @Test
  fun `finds all (even { those)`() = runTest {
    rows.forEach { row -> row.go() }
  }
  suspend inline fun <reified T> load(crossinline block: suspend (T) -> Unit): List<Map<String, T>>
    where T : Any {
    return emptyList()
  }
}

object Registry : Map<String, () -> Unit> by HashMap() {
  fun String?.orDash(): String = this ?: "-"
  private fun size(): Int { return if (a) 1 else { 2 } }
}

enum class Colour(val code: Int) {
  RED(1) {
    override fun mix(): Int = 2
  },
  BLUE(2) {
    override fun mix(): Int { return 3 }
  };

  abstract fun mix(): Int
}
