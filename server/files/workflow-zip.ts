/** One workflow with its files as one zip: `manifest.json`, `workflow.json`, `assets/<sha256>`. */
import { z } from 'zod'

export const MANIFEST_ENTRY = 'manifest.json'

export const manifestSchema = z.object({
  format: z.literal('mmgt-workflow/1'),
  assets: z
    .array(
      z.object({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        name: z.string().min(1).max(255),
        size: z.int().min(0).max(4e9),
      }),
    )
    .max(2_000),
})

export type Manifest = z.infer<typeof manifestSchema>

export const assetEntry = (sha256: string) => `assets/${sha256}`
