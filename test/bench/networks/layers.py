"""What the networks share, as eager PyTorch code has it; `w` are the weights by name."""
import math

import torch
import torch.nn.functional as F


def linear(w, name, x):
    return F.linear(x, w[name + ".weight"], w.get(name + ".bias"))


def layer_norm(w, name, x):
    return F.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"])


def group_norm(w, name, x, groups, eps):
    return F.group_norm(x, groups, w[name + ".weight"], w[name + ".bias"], eps)


def conv(w, name, x, **options):
    return F.conv2d(x, w[name + ".weight"], w.get(name + ".bias"), **options)


def attention(q, k, v, heads, bias=None):
    """q [n, s, c], k and v [n, t, c], bias [n, heads, s, t] -> [n, s, c]"""
    n, s, c = q.shape
    by_head = lambda x: x.reshape(n, -1, heads, c // heads).transpose(1, 2).reshape(n * heads, -1, c // heads)
    scores = torch.bmm(by_head(q * (1 / math.sqrt(c // heads))), by_head(k).transpose(1, 2))
    if bias is not None:
        scores = scores + bias.reshape(scores.shape)
    mixed = torch.bmm(scores.softmax(-1), by_head(v))
    return mixed.view(n, heads, s, c // heads).transpose(1, 2).reshape(n, s, c)


def speech_attention(w, name, x, heads, bias=None):
    q, k, v = (linear(w, f"{name}.{part}_proj", x) for part in "qkv")
    return linear(w, name + ".out_proj", attention(q, k, v, heads, bias))


def positional_conv(w, name, groups):
    """x [n, t, c] -> [n, t, c]. The weight is normalised once, not in every run as torch's weight_norm does."""
    v = w[name + ".weight_v"]
    weight = w[name + ".weight_g"] * v / v.norm(dim=(0, 1), keepdim=True)

    def run(x):
        y = F.conv1d(x.transpose(1, 2), weight, w[name + ".bias"], padding=weight.shape[2] // 2, groups=groups)
        return F.gelu(y[..., :-1]).transpose(1, 2)

    return run


def resnet(w, name, x, temb=None, *, groups, eps):
    h = conv(w, name + ".conv1", F.silu(group_norm(w, name + ".norm1", x, groups, eps)), padding=1)
    if temb is not None:
        h = h + linear(w, name + ".time_emb_proj", F.silu(temb))[:, :, None, None]
    h = conv(w, name + ".conv2", F.silu(group_norm(w, name + ".norm2", h, groups, eps)), padding=1)
    return h + (conv(w, name + ".conv_shortcut", x) if name + ".conv_shortcut.weight" in w else x)


def upsample(w, name, x):
    return conv(w, name + ".conv", F.interpolate(x, scale_factor=2.0, mode="nearest"), padding=1)
