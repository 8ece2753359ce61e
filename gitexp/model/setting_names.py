"""Names of what is put into a trial: a column ``lr`` of a table is a setting, and no result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_SETTING_NAMES = frozenset(
    """
    lr learning_rate base_lr init_lr initial_lr max_lr min_lr peak_lr lr_decay lr_scheduler
    scheduler schedule optimizer optim weight_decay wd momentum beta beta1 beta2 eps epsilon
    batch_size bs batch train_batch_size eval_batch_size global_batch_size micro_batch_size
    grad_accum gradient_accumulation_steps accumulation_steps epochs n_epochs num_epochs max_epochs
    total_epochs train_epochs max_steps num_steps n_steps total_steps warmup warmup_steps
    warmup_epochs warmup_ratio patience seed random_seed random_state fold folds n_folds num_folds
    n_splits dropout drop_rate dropout_rate attention_dropout drop_path label_smoothing mixup cutmix
    grad_clip clip clip_grad max_grad_norm l1 l2 lambda alpha gamma hidden hidden_size hidden_dim
    hidden_units units n_units num_units embed_dim embedding_dim embedding_size emb_dim d_model
    d_ff d_k n_embd layers n_layers num_layers n_layer depth max_depth min_depth width heads n_heads
    num_heads n_head filters n_filters num_filters channels n_channels kernel kernel_size
    filter_size stride padding dilation pool_size vocab_size max_len max_length max_seq_len seq_len
    sequence_length context_length block_size window window_size img_size image_size input_size
    resolution patch_size num_leaves n_estimators num_boost_round min_child_weight min_data_in_leaf
    min_child_samples subsample colsample_bytree feature_fraction bagging_fraction reg_alpha
    reg_lambda n_neighbors n_components n_clusters temperature top_k top_p lora_r lora_rank
    lora_alpha lora_dropout num_workers n_jobs dtype activation act loss_fn loss_function criterion
    backbone encoder decoder arch architecture model model_name base_model pretrained augmentation
    augment aug dataset tokenizer normalization norm initializer 学習率 バッチサイズ エポック数
    シード 乱数シード ドロップアウト 隠れ層 層数
    """.split()  # noqa: SIM905 - words, not strings
)
# "params.lr" of MLflow, "config.lr", "cfg.opt.name": whatever stands behind is a setting.
_PREFIX = re.compile(r"(?:params?|config|cfg|conf|hparams|hyperparameters|hyperparams|args)[./]")


def find_setting_name(column: str, others: Collection[str] = ()) -> str:
    """Return the name of the setting that a column of a table holds, "" for another column.

    ``others`` are names of settings besides the usual ones, as the user writes them.
    """
    prefix = _PREFIX.match(column.lower())
    name = column[prefix.end() :] if prefix else column
    is_setting = prefix is not None or _fold(name) in _SETTING_NAMES
    if not is_setting:
        is_setting = _fold(name) in {_fold(other) for other in others}
    return re.sub(r"[\s=,:]+", "_", name.strip()) if is_setting else ""


def _fold(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())
