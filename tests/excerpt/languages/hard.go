// Package hard { is hard to read without a parser.
package hard

import "fmt"

type (
	Pair[K comparable, V any] struct {
		key   K
		value V
	}
	reader interface {
		Read(p []byte) (n int, err error)
	}
	Alias = map[string]struct{}
)

type Handler func(w interface{ Write() }) struct{ code int }

// NewPair makes a pair.
func NewPair[K comparable, V any](key K, value V) *Pair[K, V] {
	return &Pair[K, V]{key: key, value: value}
}

func (p *Pair[K, V]) Swap() map[string]interface{} {
	quoted := `C:\raw { "not a string`
	brace := '{'
	if x := (struct{ n int }{1}); x.n > 0 {
		return map[string]interface{}{quoted: brace}
	}
	return nil
}

func (Pair[K, V]) String() string { return fmt.Sprintf("%v {", "func f() {") }

func variadic(
	first func(int) (func(), error),
	rest ...interface{},
) (
	result struct {
		ok bool
	},
	err error,
) {
	inner := func(n int) int { return n }
	_ = inner
	return
}

func assembly(x uint64) uint64

type list struct{ next *list }
