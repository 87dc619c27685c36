"""SMGA, one guided step: both rows in one batch, the audio encoded for the row that hears it (stage1.md, section 4)."""
import torch
import torch.nn.functional as F
from layers import attention, layer_norm, linear


def build(w, config):
    heads, layers, condition_layers = config["heads"], config["layers"], config["conditionLayers"]
    _, frames, width = w["null_cond_embed"].shape

    positions = torch.arange(frames + 2)[:, None]
    angles = (positions * 10_000 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width))
    cos, sin = angles.cos().float(), angles.sin().float()

    def rotate(x):
        a, b = x[..., 0::2], x[..., 1::2]
        c, s = cos[: x.shape[1]], sin[: x.shape[1]]
        return torch.stack((a * c - b * s, b * c + a * s), -1).flatten(-2)

    def attend(name, q, k, v):
        weights = w[name + ".in_proj_weight"].chunk(3)
        biases = w[name + ".in_proj_bias"].chunk(3)
        q, k, v = (F.linear(x, weight, bias) for x, weight, bias in zip((q, k, v), weights, biases))
        return linear(w, name + ".out_proj", attention(q, k, v, heads))

    def look(name, x):
        rotated = rotate(x)
        return attend(name, rotated, rotated, x)

    def feed_forward(name, x):
        return linear(w, name + ".linear2", F.gelu(linear(w, name + ".linear1", x)))

    def encode(name, x):
        x = x + look(name + ".self_attn", layer_norm(w, name + ".norm1", x))
        return x + feed_forward(name, layer_norm(w, name + ".norm2", x))

    def film(name, y, tau):
        scale, shift = linear(w, name + ".block.1", tau)[:, None].chunk(2, -1)
        return (scale + 1) * y + shift

    def stream(name, which, x, memory, keys, tau):
        self_mix = look(f"{name}.{which}_self_attn", layer_norm(w, f"{name}.norm_{which}_1", x))
        h = x + film(f"{name}.film_{which}_1", self_mix, tau)
        queries = rotate(layer_norm(w, f"{name}.norm_{which}_2", h))
        return h + film(f"{name}.film_{which}_2", attend(f"{name}.{which}_cross_attn", queries, keys, memory), tau)

    def condition(audio):
        tokens = linear(w, "cond_projection", audio)
        for i in range(condition_layers):
            tokens = encode(f"cond_encoder.{i}", tokens)
        mean = layer_norm(w, "non_attn_cond_projection.0", tokens.mean(1))
        pooled = linear(
            w, "non_attn_cond_projection.3", F.silu(linear(w, "non_attn_cond_projection.1", mean))
        )
        return torch.cat((tokens, w["null_cond_embed"])), torch.cat((pooled, w["null_cond_hidden"]))

    face_only = torch.zeros(w["final_layer.weight"].shape[0])
    face_only[3 * 24 : 3 * 92] = 1

    def project(x, start, mask):
        motion = torch.cat((x, start[:, None].expand_as(x)), -1) * torch.cat((mask, mask))
        return linear(w, "input_projection", motion)

    def run(inputs):
        x, start = inputs["x"], inputs["start"]
        face, body = (project(x, start, mask).expand(2, -1, -1) for mask in (face_only, 1 - face_only))
        tokens, pooled = condition(inputs["audio"])
        hidden = F.mish(linear(w, "time_mlp.1", inputs["time"].expand(2, -1)))
        tau = F.mish(linear(w, "to_time_cond.0", hidden) + pooled)
        time_tokens = linear(w, "to_time_tokens.0", hidden).view(2, 2, width)
        memory = layer_norm(w, "norm_cond", torch.cat((tokens, time_tokens), 1))
        keys = rotate(memory)
        for k in range(layers):
            name = f"seqTransDecoder.stack.{k}"
            merged = stream(name, "face", face, memory, keys, tau) + stream(name, "body", body, memory, keys, tau)
            mixed = feed_forward(name, layer_norm(w, name + ".norm_final", merged))
            face = merged + film(name + ".film_final", mixed, tau)
        conditional, unconditional = linear(w, "final_layer", face).chunk(2)
        return unconditional + inputs["guidance"] * (conditional - unconditional)

    return run
