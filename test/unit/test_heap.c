/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heap against a list that is searched: order, dates that change, nodes
 * that come and go, memory that moves.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

#include "reg_heap.h"

#define ROOM 512

struct plain
{
	uint32_t node;
	int64_t due_ms; /* -1: idle, -2: not there */
};

static struct reg_heap heap;
static struct reg_heap_node nodes[ROOM], more_nodes[2 * ROOM];
static uint32_t order[ROOM], more_order[2 * ROOM];

static int set_up(void **state)
{
	reg_heap_init(&heap, nodes, order, ROOM);
	return 0;
}

static void takes_in_order_of_date(void **state)
{
	static const int64_t dates[] = {50, 10, 40, 10, 30, 20};
	int64_t last = 0;
	uint64_t what;
	unsigned i, n = 0;

	for(i = 0; i < 6; i++)
		reg_heap_set(&heap, reg_heap_add(&heap, i), dates[i]);
	while(reg_heap_take(&heap, 40, &what)) {
		assert_true(dates[what] >= last);
		last = dates[what];
		n++;
	}
	assert_int_equal(n, 5);
	assert_false(reg_heap_has_before(&heap, 50));
	assert_true(reg_heap_has_before(&heap, 51));
	assert_false(reg_heap_take(&heap, 49, &what));
	assert_true(reg_heap_take(&heap, 50, &what));
	assert_int_equal(what, 0);
}

static void taken_is_idle_and_can_be_queued_again(void **state)
{
	uint32_t node = reg_heap_add(&heap, 7);
	uint64_t what = 0;

	assert_false(reg_heap_take(&heap, INT64_MAX, &what));
	reg_heap_set(&heap, node, 5);
	assert_true(reg_heap_take(&heap, 5, &what));
	assert_false(reg_heap_take(&heap, INT64_MAX, &what));
	reg_heap_set(&heap, node, 6);
	assert_true(reg_heap_take(&heap, 6, &what));
	assert_int_equal(what, 7);
}

static void full_is_said(void **state)
{
	unsigned i;

	for(i = 0; i < ROOM; i++)
		assert_int_not_equal(reg_heap_add(&heap, i), REG_HEAP_NONE);
	assert_int_equal(reg_heap_add(&heap, i), REG_HEAP_NONE);
	reg_heap_free(&heap, 17);
	assert_int_equal(reg_heap_add(&heap, i), 17);
}

static int64_t earliest(const struct plain *list)
{
	int64_t first = INT64_MAX;
	unsigned i;

	for(i = 0; i < ROOM; i++)
		if(list[i].due_ms >= 0 && list[i].due_ms < first)
			first = list[i].due_ms;
	return first;
}

static void step(struct plain *p, unsigned i)
{
	int64_t due_ms = rand() % 1000;

	if(p->due_ms == -2) {
		p->node = reg_heap_add(&heap, i);
		p->due_ms = -1;
	} else if(rand() % 4 == 0) {
		reg_heap_free(&heap, p->node);
		p->due_ms = -2;
	} else {
		reg_heap_set(&heap, p->node, due_ms);
		p->due_ms = due_ms;
	}
}

static void agrees_with_a_list(void **state)
{
	static struct plain list[ROOM];
	unsigned i, round;
	uint64_t what;

	srand(1);
	for(i = 0; i < ROOM; i++)
		list[i].due_ms = -2;
	for(round = 0; round < 200000; round++) {
		if(round == 100000)
			reg_heap_move(&heap, more_nodes, more_order, 2 * ROOM);
		i = (unsigned)rand() % ROOM;
		step(&list[i], i);
		if(round % 8 != 0 || earliest(list) == INT64_MAX)
			continue;
		assert_false(reg_heap_take(&heap, earliest(list) - 1, &what));
		assert_true(reg_heap_take(&heap, earliest(list), &what));
		assert_int_equal(list[what].due_ms, earliest(list));
		list[what].due_ms = -1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_setup(takes_in_order_of_date, set_up),
			cmocka_unit_test_setup(
					taken_is_idle_and_can_be_queued_again, set_up),
			cmocka_unit_test_setup(full_is_said, set_up),
			cmocka_unit_test_setup(agrees_with_a_list, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
