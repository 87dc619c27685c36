import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface ReferenceKeys {
  network: string
  tensors: { name: string; shape: number[]; note: string }[]
}

const folder = path.resolve(import.meta.dirname, '../../../shared/reference/keys')

/** Names and shapes of the published checkpoints; undefined where the reference is not beside the repository. */
export function referenceKeys(): ReferenceKeys[] | undefined {
  if (!existsSync(folder)) return undefined
  return readdirSync(folder)
    .filter((file) => file.endsWith('.tsv'))
    .map((file) => ({
      network: path.basename(file, '.tsv'),
      tensors: readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !/^(#|key\t)/.test(line))
        .map((line) => line.split('\t'))
        .map(([name, shape, ...notes]) => ({
          name: name!,
          shape: shape === '' ? [] : shape!.split('x').map(Number),
          note: notes.at(-1) ?? '',
        })),
    }))
}
