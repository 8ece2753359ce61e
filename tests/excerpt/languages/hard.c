#include <stdio.h>
#define WRAP(x) do { x; } while (0)
#define BEGIN {

/* int commented(void) { */
struct point {
	int x, y;
	union {
		int a;
		char b[4];
	} u;
};

typedef struct {
	struct point *first;
	int (*compare)(const void *, const void *);
} list_t;

static const struct point table[] = { { 1, 2, { 0 } }, { .x = '{', .y = '}' } };

enum mode { FAST = 1, SLOW };

static inline int
add(int a, int b)
{
	return a + b;
}

int (*choose(int which))(int, int) {
	if (which) {
		return add;
	} else for (;;) { }
}

__attribute__((noinline, section(".text")))
void attributed(struct point *p, int n[static 2])
{
	WRAP(p->x = n[0]);
	*p = (struct point){ .x = 1 };
}

#if defined(A) && \
	defined(B)
int branch(int x) { return x; }
#else
int branch(char x) { return x; }
#endif

int old_style(a, b)
	int a;
	char *b;
{
	switch (a) { case 1: { break; } default: return *b; }
	return 0;
}

unsigned long long only_declared(const char *text);
char const *text(void) { return "not { a \" brace"; }
