"""The denoising UNet, a window of one step with guidance (stage2.md, sections 3 to 7).

`config["shortcuts"]`: what is known before the step is computed before, and what a row never uses is left out, as in
section 18. Without it every call computes all that the original does.
"""
import torch
import torch.nn.functional as F
from layers import attention, conv, group_norm, layer_norm, linear, resnet, upsample

REGIONS = ("full", "face", "lip")


def build(w, config):
    shortcuts, heads, levels = config["shortcuts"], config["heads"], config["levels"]
    norm = {"groups": config["groups"], "eps": 1e-5}

    def mixed(name, x, context):
        k, v = linear(w, name + ".to_k", context), linear(w, name + ".to_v", context)
        return linear(w, name + ".to_out.0", attention(linear(w, name + ".to_q", x), k, v, heads))

    def feed_forward(name, x):
        a, b = linear(w, name + ".net.0.proj", x).chunk(2, -1)
        return linear(w, name + ".net.2", a * F.gelu(b))

    def tokens_of(name, x):
        h = conv(w, name + ".proj_in", group_norm(w, name + ".norm", x, config["groups"], 1e-6))
        return h.flatten(2).transpose(1, 2)

    def image_of(name, tokens, x):
        n, _, height, width = x.shape
        return conv(w, name + ".proj_out", tokens.transpose(1, 2).reshape(n, -1, height, width)) + x

    def reference_attention(name, x, bank):
        """Row 0 sees itself alone, row 1 the reference too."""
        if not shortcuts:
            seeing = mixed(name, x, torch.cat((x, bank["tokens"].expand(len(x), -1, -1)), 1))
            alone = mixed(name, x[: len(x) // 2], x[: len(x) // 2])
            return torch.cat((alone, seeing[len(x) // 2 :]))
        q, k, v = (linear(w, f"{name}.to_{part}", x) for part in "qkv")
        (q0, q1), (k0, k1), (v0, v1) = q.chunk(2), k.chunk(2), v.chunk(2)
        beside = lambda own, bank: torch.cat((own, bank.expand(len(own), -1, -1)), 1)
        seeing = attention(q1, beside(k1, bank["keys"]), beside(v1, bank["values"]), heads)
        return linear(w, name + ".to_out.0", torch.cat((attention(q0, k0, v0, heads), seeing)))

    def spatial(name, x, known):
        block = name + ".transformer_blocks.0"
        h = tokens_of(name, x)
        h = h + reference_attention(block + ".attn1", layer_norm(w, block + ".norm1", h), known[name]["bank"])
        if shortcuts:
            h = h + known[name]["image"].repeat_interleave(len(h) // 2, 0)[:, None]
        else:
            picture = known["picture"].repeat_interleave(len(h) // 2, 0)
            h = h + mixed(block + ".attn2", layer_norm(w, block + ".norm2", h), picture)
        h = h + feed_forward(block + ".ff", layer_norm(w, block + ".norm3", h))
        return image_of(name, h, x)

    def hear(block, h, known, speech, level):
        scales, masks = known["motion_scale"], known[f"masks.{level}"]
        total = 0
        normal = layer_norm(w, block + ".norm2", h[len(h) // 2 :] if shortcuts else h)
        for i, region in enumerate(REGIONS):
            own, mask = f"{block}.attn2_{i}", masks[:, i, :, None]
            zero = w[f"{block}.zero_conv_{region}.weight"].flatten(1), w[f"{block}.zero_conv_{region}.bias"]
            if shortcuts:
                heard = attention(linear(w, own + ".to_q", normal), *speech[i], heads)
                heard = F.linear(linear(w, own + ".to_out.0", heard) * mask, *zero)
                silent = F.linear(w[own + ".to_out.0.bias"], zero[0]) * mask + zero[1]
                total = total + scales[i] * torch.cat((silent, heard))
            else:
                out = mixed(own, normal, known["sound"]) * torch.cat((mask, mask))
                total = total + scales[i] * F.linear(out, *zero)
        return total

    def audio(name, x, known, level):
        block = name + ".transformer_blocks.0"
        h = tokens_of(name, x)
        normal = layer_norm(w, block + ".norm1", h)
        h = h + mixed(block + ".attn1", normal, normal)
        h = h + hear(block, h, known, known[name]["speech"] if shortcuts else None, level)
        h = h + feed_forward(block + ".ff", layer_norm(w, block + ".norm3", h))
        return image_of(name, h, x)

    def motion(name, x, frames):
        name += ".temporal_transformer"
        block = name + ".transformer_blocks.0"
        n, c, height, width = x.shape
        h = group_norm(w, name + ".norm", x, config["motion"]["groups"], 1e-6)
        h = h.view(n // frames, frames, c, -1).permute(0, 3, 1, 2).reshape(-1, frames, c)
        h = linear(w, name + ".proj_in", h)
        for i in (0, 1):
            own = f"{block}.attention_blocks.{i}"
            placed = layer_norm(w, f"{block}.norms.{i}", h) + positions(c)[:, :frames]
            q, k, v = (linear(w, f"{own}.to_{part}", placed) for part in "qkv")
            h = h + linear(w, own + ".to_out.0", attention(q, k, v, config["motion"]["heads"]))
        h = h + feed_forward(block + ".ff", layer_norm(w, block + ".ff_norm", h))
        h = linear(w, name + ".proj_out", h).view(n // frames, -1, frames, c)
        return h.permute(0, 2, 3, 1).reshape(x.shape) + x

    tables = {}

    def positions(c):
        if c not in tables:
            angles = torch.arange(32)[:, None] * 10_000 ** (-torch.arange(0, c, 2, dtype=torch.float64) / c)
            tables[c] = torch.stack((angles.sin(), angles.cos()), -1).flatten(1).float()[None]
        return tables[c]

    def known_before(inputs):
        """Keys, values and vectors of picture, reference and speech."""
        known = {}
        for name in {key[: -len(".bank")] for key in inputs if key.endswith(".bank")}:
            block = name + ".transformer_blocks.0"
            bank = {"tokens": inputs[name + ".bank"]}
            for part in ("k", "v"):
                bank["keys" if part == "k" else "values"] = linear(w, f"{block}.attn1.to_{part}", bank["tokens"])
            token = torch.cat((torch.zeros_like(inputs["image"][0]), inputs["image"][0]))
            image = linear(w, block + ".attn2.to_out.0", linear(w, block + ".attn2.to_v", token))
            known[name] = {"bank": bank, "image": image}
        for name in {key.split(".transformer")[0] for key in w if ".audio_modules." in key and "attn2_0" in key}:
            own = f"{name}.transformer_blocks.0.attn2_"
            sides = lambda i: tuple(linear(w, f"{own}{i}.to_{part}", inputs["tokens"]) for part in "kv")
            known[name] = {"speech": [sides(i) for i in range(3)]}
        return known

    ready = {}

    def run(inputs):
        if not ready:
            ready.update(known_before(inputs))
        silence = torch.zeros_like(inputs["tokens"])
        known = {
            **ready,
            **inputs,
            "picture": torch.cat((torch.zeros_like(inputs["image"]), inputs["image"]))[:, 0, None],
            "sound": torch.cat((silence, inputs["tokens"])),
        }
        frames = len(inputs["latents"])
        hidden = F.silu(linear(w, "time_embedding.linear_1", inputs["time"]))
        temb = linear(w, "time_embedding.linear_2", hidden)
        entered = conv(w, "conv_in", inputs["latents"], padding=1) + inputs["pose"]
        h = torch.cat((entered, entered))
        skips = [h]
        for level in range(levels):
            name = f"down_blocks.{level}"
            for i in range(config["layers"]):
                h = resnet(w, f"{name}.resnets.{i}", h, temb, **norm)
                if level < levels - 1:
                    h = spatial(f"{name}.attentions.{i}", h, known)
                    h = audio(f"{name}.audio_modules.{i}", h, known, level)
                h = motion(f"{name}.motion_modules.{i}", h, frames)
                skips.append(h)
            if level < levels - 1:
                h = conv(w, name + ".downsamplers.0.conv", h, stride=2, padding=1)
                skips.append(h)
        h = resnet(w, "mid_block.resnets.0", h, temb, **norm)
        h = motion("mid_block.motion_modules.0", spatial("mid_block.attentions.0", h, known), frames)
        h = resnet(w, "mid_block.resnets.1", h, temb, **norm)
        for level in range(levels):
            name = f"up_blocks.{level}"
            for i in range(config["layers"] + 1):
                h = resnet(w, f"{name}.resnets.{i}", torch.cat((h, skips.pop()), 1), temb, **norm)
                if level > 0:
                    h = spatial(f"{name}.attentions.{i}", h, known)
                h = motion(f"{name}.motion_modules.{i}", h, frames)
            if level < levels - 1:
                h = upsample(w, name + ".upsamplers.0", h)
        return conv(w, "conv_out", F.silu(group_norm(w, "conv_norm_out", h, **norm)), padding=1)

    return run
