# Every habit of the house is one command; `make` alone lists them.
# A stamp file marks each finished step, so that a second call is instant.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
export PYTHON PORT
# Some machines forbid Python to keep what it compiled: each start would then take twice as long.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
ASSETS := app/views/static/vendor/.made

.PHONY: help setup serve test lint format bench screenshots lock clean

help: ## 列出各命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(DEV) $(ASSETS) ## 建立 .venv，安装锁定的依赖和页面资源

serve: $(RUNTIME) $(ASSETS) ## 安装、迁移、载入演示数据，并在 http://127.0.0.1:8000 提供服务（PORT 可改端口）
	@$(BIN)/jixiao serve --demo

test: setup ## 运行全部测试，含浏览器与 PostgreSQL（ARGS 可传 pytest 参数）
	@bash scripts/test.sh $(ARGS)

lint: $(DEV) ## 检查格式、类型、分层和家规
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/house_rules.py

format: $(DEV) ## 按家规整理格式
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

bench: setup ## 测量速度，结果写入 bench/results.json
	@$(BIN)/python -m bench

screenshots: setup ## 从运行中的程序截取文档用图
	@CHROMIUM="$$(bash scripts/ensure_chromium.sh)"; export CHROMIUM; $(BIN)/python scripts/screenshots.py

lock: $(MADE) ## 按 pyproject.toml 和 package.json 重新锁定（UPGRADE=1 取新版本）
	@bash scripts/lock.sh

clean: ## 删除一切可以重新生成的内容（var/ 中的数据保留）
	rm -rf $(VENV) node_modules app/views/static/vendor build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(MADE): requirements/installer.lock scripts/make_venv.sh
	@bash scripts/make_venv.sh
	@touch $@

# Syncing to the runtime alone drops what the tests need, hence the other stamp goes with it.
$(RUNTIME): requirements/runtime.lock pyproject.toml scripts/install.sh | $(MADE)
	@bash scripts/install.sh requirements/runtime.lock
	@rm -f $(DEV)
	@touch $@

# What the tests need contains the runtime whole.
$(DEV): requirements/dev.lock requirements/runtime.lock pyproject.toml scripts/install.sh | $(MADE)
	@bash scripts/install.sh requirements/dev.lock
	@touch $(RUNTIME) $@

node_modules/.made: package-lock.json .npmrc scripts/npm.sh | $(MADE)
	@echo 正在取回页面资源…… >&2
	@bash scripts/npm.sh ci
	@touch $@

$(ASSETS): node_modules/.made app/views/static/icons.txt scripts/build_sprite.py scripts/place_assets.sh
	@bash scripts/place_assets.sh
	@touch $@
