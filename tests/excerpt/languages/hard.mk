# not: this
LR ?= 0.1
export DATA := $(shell ls \
  data)
.PHONY: all train

all: train eval

train eval: data/%.csv | out
	python $@.py \
	  --lr=$(LR) # x: y

	@echo "done: yes"

%.o: %.c ; cc $<
define RECIPE
not: this
endef
ifeq ($(A),1)
B = 2
endif
$(error no: this)
