import { layerNorm, linear } from '../modules/basic'
import { selfAttention } from '../modules/self-attention'
import type { Graph, Value } from '../onnx/graph'
import { type AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope, WeightTable } from '../onnx/scope'

export interface ClipVisionConfig {
  layers: number
  heads: number
}

/** ViT-L/14. */
export const CLIP_L14: ClipVisionConfig = { layers: 24, heads: 16 }

/**
 * CLIP's view of a picture (stage2.md §10): a transformer over patches, of which the class token is kept.
 *
 *   pixels   float32 [n, 3, side, side]   `clipInput`; the side belongs to the checkpoint (224)
 *   → image  [n, 1, c]                    in the type of the weights; not of unit length
 */
export function clipVision(
  table: WeightTable,
  { layers, heads }: ClipVisionConfig,
  { pictures = 1, attention }: { pictures?: number; attention?: AttentionForm } = {},
): Graph {
  const { root } = table
  const model = root.at('vision_model')
  const { dtype, shape } = model.entry('embeddings.patch_embedding.weight')
  const [, colours, patch] = shape
  const [positions] = model.shapeOf('embeddings.position_embedding.weight')
  const side = Math.sqrt(positions - 1) * patch
  const g = new GraphBuilder('CLIP vision')
  const pixels = g.input('pixels', 'float32', [pictures, colours, side, side])

  let h = embeddings(g, g.cast(pixels, dtype), model.at('embeddings'))
  h = layerNorm(g, h, model.at('pre_layrnorm')) // the file spells it so
  for (let i = 0; i < layers; i++)
    h = layer(g, h, model.at(`encoder.layers.${i}`), { heads, form: attention })
  const first = layerNorm(g, g.gather(h, 0, 1), model.at('post_layernorm'))
  g.output('image', g.unsqueeze(linear(g, first, root.at('visual_projection'), { bias: false }), [1]))
  table.assertAllUsed(['vision_model.embeddings.position_ids']) // 0, 1, 2, … in older files
  return g.graph
}

/** x [n, 3, side, side] → [n, 1 + patches, c]: the class token, then the patches row by row, at their positions. */
function embeddings(g: GraphBuilder, x: Value, scope: Scope): Value {
  return g.within(scope, () => {
    const kernel = g.weight(scope, 'patch_embedding.weight')
    const [n] = x.shape
    const [c, , patch] = kernel.shape
    const grid = g.conv(x, kernel, undefined, { stride: Number(patch) })
    const patches = g.transpose(g.reshape(grid, [n, c, -1]), [0, 2, 1])
    const token = g.expand(g.reshape(g.weight(scope, 'class_embedding'), [1, 1, c]), [n, 1, c])
    return g.add(g.concat([token, patches], 1), g.weight(scope, 'position_embedding.weight'))
  })
}

/** x [n, t, c] → the same. Weights under `scope`: layer_norm1, self_attn, layer_norm2, mlp.fc1, mlp.fc2. */
function layer(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  attention: { heads: number; form?: AttentionForm },
): Value {
  return g.within(scope, () => {
    const h = g.add(
      selfAttention(g, layerNorm(g, x, scope.at('layer_norm1')), scope.at('self_attn'), attention),
      x,
    )
    const wide = g.quickGelu(linear(g, layerNorm(g, h, scope.at('layer_norm2')), scope.at('mlp.fc1')))
    return g.add(linear(g, wide, scope.at('mlp.fc2')), h)
  })
}
