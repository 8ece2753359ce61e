"""Likely secrets: what is one, what is none, and what is left of a text without them."""

from __future__ import annotations

import random
import string

import pytest

from gitexp.model.secrets import find_secrets, is_secret_file, mask_secrets

LETTERS = string.ascii_letters + string.digits


def draw(length: int, seed: int = 7) -> str:
    """Letters and digits drawn by lot."""
    return "".join(random.Random(seed).choices(LETTERS, k=length))


SECRETS = {
    "aws": "AKIA" + "QZ7RT5WX2BCD4FGH",
    "github": "ghp_" + draw(36),
    "github, fine-grained": "github_pat_" + draw(60),
    "gitlab": "glpat-" + draw(20),
    "slack": "xoxb-" + draw(24),
    "google": "AIza" + draw(35),
    "openai": "sk-" + draw(48),
    "openai, of a project": "sk-proj-" + draw(48),
    "anthropic": "sk-ant-api03-" + draw(60),
    "hugging face": "hf_" + draw(34),
    "stripe": "sk_live_" + draw(24),
    "npm": "npm_" + draw(36),
}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "login({!r})", "鍵は{}です", 'x = \\"{}\\"\\n', "a\n{}\nb"]
)
def test_a_key_is_found_by_its_shape(name: str, around: str) -> None:
    text = around.format(SECRETS[name])
    (secret,) = find_secrets(text)
    assert text[secret.start : secret.end] == SECRETS[name]


@pytest.mark.parametrize(
    "text",
    [
        f"WANDB_API_KEY={draw(40)}",
        f"wandb.login(key='{draw(40)}')",
        f'"api_key": "{draw(20)}"',
        f'os.environ[\\"MY_SECRET_KEY\\"] = \\"{draw(24)}\\"',
        f"aws_secret_access_key = {draw(40)}",
        "password: Xk29!dkQ01zP",
        "postgres://me:pa55w0rd@db.example.org/x",
        f"-----BEGIN RSA PRIVATE KEY-----\n{draw(64)}\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_a_key_is_found_by_what_stands_before_it(text: str) -> None:
    secrets = find_secrets(text)
    assert len(secrets) == 1
    assert find_secrets(mask_secrets(text, secrets)) == []


@pytest.mark.parametrize(
    "text",
    [
        'tokenizer.add_special_tokens({"pad_token": "<|endoftext|>"})',
        "eos_token='</s>', unk_token='[UNK]', token='utf-8-sig-2024x'",
        "api_key = os.environ['WANDB_API_KEY']",
        "api_key=your-api-key-12345678",
        "password = getpass.getpass('Password for host1:')",
        'hf_tokenizer = GPT2Tokenizer.from_pretrained("gpt2")',
        "sorted(runs, key=lambda run: run.acc_2024)",
        "key: encoder.layers.0.self_attn.q_proj",
        "https://example.org/a:b@c",
        "http://user:pass@localhost",
        "sk-learn と sk-image を使う",
        "tcn_filter10は acc 0.65まで伸びた",
        "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert find_secrets(text) == []


def test_the_mask_keeps_all_else() -> None:
    text = f"before {SECRETS['github']} between {SECRETS['hugging face']} 後"
    masked = mask_secrets(text, find_secrets(text))
    assert masked == "before ghp_******** between hf_******** 後"


@pytest.mark.parametrize("name", [".env", "a/.env.local", "id_rsa", "key.pem", "kaggle.json"])
def test_files_made_for_secrets(name: str) -> None:
    assert is_secret_file(name)


@pytest.mark.parametrize("name", [".env.example", "id_rsa.pub", "train.py", "environment.yml"])
def test_files_not_made_for_secrets(name: str) -> None:
    assert not is_secret_file(name)


def test_a_large_text_is_read_in_linear_time() -> None:
    """A hundred thousand beginnings of keys, and none is one."""
    assert find_secrets("sk- password= key=( ://a:b " * 100_000) == []
    assert find_secrets("sk-a" * 100_000) == []
    assert find_secrets("-sk-a" * 100_000) == []
