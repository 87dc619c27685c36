"""wav2vec2-base, its local features interpolated to 25 frames a second before the transformer (stage1.md, section 11.2)."""
import torch
import torch.nn.functional as F
from layers import group_norm, layer_norm, linear, positional_conv, speech_attention


def build(w, config):
    positions = positional_conv(w, "encoder.pos_conv_embed.conv", config["positionGroups"])

    def run(inputs):
        wave = inputs["wave"]
        h = wave[:, None]
        for i, stride in enumerate(config["strides"]):
            name = f"feature_extractor.conv_layers.{i}"
            h = F.conv1d(h, w[name + ".conv.weight"], stride=stride)
            if i == 0:
                h = group_norm(w, name + ".layer_norm", h, h.shape[1], 1e-5)
            h = F.gelu(h)
        frames = -(-wave.shape[1] // 640)
        h = F.interpolate(h, size=frames, mode="linear", align_corners=True).transpose(1, 2)
        h = linear(w, "feature_projection.projection", layer_norm(w, "feature_projection.layer_norm", h))
        h = layer_norm(w, "encoder.layer_norm", h + positions(h))
        layers = []
        for i in range(config["layers"]):
            name = f"encoder.layers.{i}"
            mixed = speech_attention(w, name + ".attention", h, config["heads"])
            h = layer_norm(w, name + ".layer_norm", h + mixed)
            inner = F.gelu(linear(w, name + ".feed_forward.intermediate_dense", h))
            h = h + linear(w, name + ".feed_forward.output_dense", inner)
            h = layer_norm(w, name + ".final_layer_norm", h)
            layers.append(h)
        return torch.stack(layers, 2)

    return run
