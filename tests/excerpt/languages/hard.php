<?php
namespace Hard\Names;

use Some\{First, Second};

// function not() {
# class Not {
#[Attribute(flags: 1)]
abstract class Shape extends Base implements \Countable
{
    private array $names = ['a' => ['{']];
    public function __construct(private readonly int $side = 1, ?string ...$rest) {}
    abstract protected function area(float $scale): float;
    #[Pure]
    public static function &find(array|string $how, callable $filter = null): ?static
    {
        $text = <<<EOT
        function quoted() { "$how
        EOT;
        $sorted = array_filter($how, function ($x) use ($filter) { return $x; });
        foreach ($how as $k => $v) { if ($v) { continue; } elseif ($k) { break; } }
        return match (true) { default => new class { public $a = 1; } };
    }
    final function list() { return "{$this->names['a']} }"; }
}

interface Drawable { const SIZE = 1; public function draw(); }

trait Named {
    protected function name(): string { return fn($x) => $x . '}'; }
}

enum Mode: string {
    case Fast = '{';
    public function label(): string { return 'x'; }
}

function helper(int $n = PHP_INT_MAX): int {
    return $n;
}

$closure = function (int $a) use (&$names): int {
    return $a;
};
?>
<p>function html() { }</p>
<?php
function after() { return 1; }
