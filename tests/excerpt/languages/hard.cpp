#include <vector>

namespace outer::inner {

// class Not {
template <typename T, int N = (1 > 0)>
class Shape final : public Base<T>, private Other<std::vector<T>> {
public:
  explicit Shape(int n, std::vector<int> v = std::vector<int>()) : Base<T>(n), v_(v), f_([](int x) { return x; }) {
    for (auto &x : v_) { x++; }
  }
  Shape(const Shape &) = delete;
  virtual ~Shape() noexcept { close(); }
  template <class U>
  auto convert(U &&u) const & -> decltype(u.get()) {
    return u.get();
  }
  bool operator==(const Shape &other) const { return true; }
  operator bool() const { return true; }
  T &operator[](int at) { return v_[at]; }
  virtual void draw() const = 0;
  enum class Mode : unsigned char { fast, slow };
  struct Point { int x = 0; };
private:
  std::vector<T> v_;
  static constexpr char text[] = R"(raw { " )";
};

template <typename T, int N>
void Shape<T, N>::move(int x, int y) try {
  auto add = [this, &x](int a) mutable -> int { return a + x; };
  throw std::runtime_error("}");
} catch (...) {
  std::abort();
}

static const std::map<std::string, std::function<void(int)>> handlers = {
  {"a", [](int x) { use(x); }},
};

} // namespace outer::inner

extern "C" {
int exported(void) { return '{'; }
}

namespace {
std::ostream &operator<<(std::ostream &out, const Point &p) {
  return out << p.x;
}
}

[[nodiscard]] constexpr auto square(auto x) requires std::integral<decltype(x)> { return x * x; }
union Value { int i; float f; };
