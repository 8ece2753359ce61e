// void not() {
import 'dart:io';

class Shape<T extends num> extends Base implements Other {
  final String name = '{';
  Shape(this.name, {int n = 1}) : super(n);
  double area() => side * 2;
  @override
  Future<List<T>> load(String path) async {
    items.map((x) { return x; });
    return [];
  }
}

void main(List<String> args) {
  print("""raw { text""");
}
