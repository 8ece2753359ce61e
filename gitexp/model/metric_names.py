"""Words that name a metric in free text, and how they are put together."""

from __future__ import annotations

METRIC_NAMES = (
    # classification
    *("acc", "accuracy", "balanced_acc", "balanced_accuracy", "f1", "f2", "f0.5", "fbeta"),
    *("precision", "recall", "sensitivity", "specificity", "auc", "auroc", "auprc", "aucpr"),
    *("roc_auc", "pr_auc", "mcc", "kappa", "qwk", "gini", "top1", "top5", "top-1", "top-5"),
    # losses and likelihoods
    *("loss", "logloss", "nll", "bce", "cross_entropy", "elbo", "ppl", "perplexity"),
    *("bpb", "bpc", "bpd", "brier", "ece"),
    # regression
    *("mae", "mse", "rmse", "rmsle", "msle", "mape", "smape", "r2", "r²", "pearson", "spearman"),
    *("corr", "correlation", "error", "error_rate", "err"),
    # text and speech
    *("bleu", "sacrebleu", "chrf", "rouge", "meteor", "cider", "cer", "wer", "eer", "der"),
    *("exact_match", "em", "pesq", "stoi", "sdr", "si-sdr", "mos"),
    # retrieval and detection
    *("hit", "hits", "hit_rate", "r@1", "r@5", "r@10", "p@1", "p@5", "p@10"),
    *("map", "ap", "mrr", "ndcg", "iou", "miou", "dice", "jaccard", "pq", "mota", "idf1", "pck"),
    *("epe", "hd95"),
    # pictures
    *("psnr", "ssim", "ms-ssim", "lpips", "fid", "kid"),
    # reinforcement learning and competitions
    *("reward", "return", "score", "elo", "win_rate", "winrate", "success_rate"),
    *("lb", "cv", "oof"),
    # other languages
    *("精度", "正解率", "正答率", "認識率", "損失", "ロス", "誤差", "誤り率", "再現率", "適合率"),
    *("F値", "報酬", "スコア", "准确率", "精确率", "召回率", "损失", "정확도", "손실"),
    *("genauigkeit", "verlust", "précision", "rappel", "perte", "exactitude", "точность"),
)
"""Words that name a metric without a sign behind them: ``acc 0.8``."""

PREFIXES = (
    *("train", "training", "val", "valid", "validation", "test", "dev", "eval", "holdout"),
    *("best", "final", "last", "mean", "avg", "average", "median", "min", "max", "total"),
    *("macro", "micro", "weighted", "masked", "public", "private", "top1", "top-1", "top5"),
    *("top-5", "top", "word", "char", "token", "pixel", "学習", "訓練", "検証", "テスト", "平均"),
    *("最終", "最高"),
)
"""Words before such a name that belong to it: ``val acc 0.8`` is the metric ``val_acc``."""

SUFFIXES = (
    *("l", "lsum", "score", "micro", "macro", "weighted", "mean", "avg", "std", "train", "val"),
    *("valid", "test", "dev", "eval", "best", "final", "last"),
)
"""Words that a joint ties to the end of such a name: ``ROUGE-L 0.4``, ``loss_train 0.3``."""

NEVER_BELOW_ZERO = frozenset(
    """
    acc accuracy f1 f2 precision recall auc auroc auprc top1 top5 map ap iou miou dice bleu cer wer
    error err mae mse rmse ppl perplexity 精度 正解率 誤差
    """.split()  # noqa: SIM905 - words, not strings
)
"""The last words of names of metrics that have no negative values."""

_LOWER_IS_BETTER = frozenset(
    """
    loss losses err error errors logloss nll bce elbo ppl perplexity bpb bpc bpd brier ece mae mse
    rmse rmsle msle mape smape cer wer ter eer der mer epe hd95 lpips fid kid fvd entropy
    crossentropy latency runtime regret verlust perte
    """.split()  # noqa: SIM905 - words, not strings
)
_LOWER_IS_BETTER_PARTS = ("loss", "損失", "ロス", "誤差", "誤り", "损失", "손실")


def is_lower_better(name: str) -> bool:
    """Return True for a metric that is better when it is smaller, as far as its name tells."""
    folded = name.lower()
    if any(part in folded for part in _LOWER_IS_BETTER_PARTS):
        return True
    letters_only = "".join(char if char.isalpha() else " " for char in folded)
    words = [*letters_only.split(), *"".join(c if c.isalnum() else " " for c in folded).split()]
    return not _LOWER_IS_BETTER.isdisjoint(words)
