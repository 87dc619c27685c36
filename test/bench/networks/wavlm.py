"""WavLM-Large, all of it, to 25 frames a second (stage1.md, section 3)."""
import math

import torch
import torch.nn.functional as F
from layers import layer_norm, linear, positional_conv, speech_attention


def build(w, config):
    heads = config["heads"]
    positions = positional_conv(w, "encoder.pos_conv.0", config["positionGroups"])
    table = w["encoder.layers.0.self_attn.relative_attention_bias.weight"]

    def bias(t):
        half, exact = table.shape[0] // 2, table.shape[0] // 4
        apart = torch.arange(t)[None] - torch.arange(t)[:, None]
        size = apart.abs()
        wide = exact + (
            torch.log(size.float() / exact) / math.log(config["maxDistance"] / exact) * (half - exact)
        ).long()
        bucket = torch.where(size < exact, size, wide.clamp(max=half - 1)) + (apart > 0).long() * half
        return F.embedding(bucket, table).permute(2, 0, 1)[None]

    def gate(name, x):
        n, t, c = x.shape
        eight = linear(w, name + ".grep_linear", x.view(n, t, heads, c // heads).transpose(1, 2))
        a, b = eight.view(n, heads, t, 2, 4).sum(-1).sigmoid().chunk(2, -1)
        return a * (b * w[name + ".grep_a"] - 1) + 2

    def run(inputs):
        h = inputs["wave"][:, None]
        for i, stride in enumerate(config["strides"]):
            name = f"feature_extractor.conv_layers.{i}"
            h = F.conv1d(h, w[name + ".0.weight"], stride=stride).transpose(1, 2)
            h = F.gelu(layer_norm(w, name + ".2.1", h)).transpose(1, 2)
        h = linear(w, "post_extract_proj", layer_norm(w, "layer_norm", h.transpose(1, 2)))
        h = h + positions(h)
        offsets = bias(h.shape[1])
        for i in range(config["layers"]):
            name = f"encoder.layers.{i}"
            normal = layer_norm(w, name + ".self_attn_layer_norm", h)
            gated = gate(name + ".self_attn", normal) * offsets
            h = h + speech_attention(w, name + ".self_attn", normal, heads, gated)
            inner = F.gelu(linear(w, name + ".fc1", layer_norm(w, name + ".final_layer_norm", h)))
            h = h + linear(w, name + ".fc2", inner)
        h = layer_norm(w, "encoder.layer_norm", h)
        whole = torch.cat((h, h[:, -1:]), 1).transpose(1, 2)
        return F.interpolate(whole, size=whole.shape[2] // 2, mode="linear", align_corners=True).transpose(1, 2)

    return run
