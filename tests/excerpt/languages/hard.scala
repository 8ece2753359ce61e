package hard

// trait Not {
sealed trait Shape[+A] {
  def area: Double
  def map[B](f: A => B): Shape[B]
  val text = """raw { " def no() = { """
}

final case class Square[A](side: A)(implicit n: Numeric[A]) extends Shape[A] {
  def area: Double = n.toDouble(side) * 2
  override def map[B](f: A => B): Shape[B] = f(side) match {
    case x if x == null => empty
    case x => new Square(x) { override def area: Double = 1 }
  }
  def +(other: Square[A]): Square[A] = this
  def unary_! : Boolean = false
  private[hard] def long(
      first: Int,
      second: String = "}"
  )(implicit ev: Int =:= Int): Either[String, Int] =
    for {
      a <- parse(first)
      b <- parse(second)
    } yield a + b

  def `with blanks`(): Unit = ()
}

object Square {
  implicit def lift[A: Numeric](a: A): Square[A] = {
    def inner(n: Int) = n + 1
    new Square(a)
  }
  def procedure() {
    println('{')
  }
  type Pair = (Int, Int)
}

abstract class Base(val name: String) extends Shape[Int]
