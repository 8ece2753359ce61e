// def not() {
class Shape extends Base {
    String name = "{"
    def area(scale = 1) {
        list.each { item -> println item }
        return scale
    }
    static void main(String[] args) {
        println 'it }'
    }
}
