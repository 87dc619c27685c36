import type { CatalogEntry } from '../../../nodes/core/catalog'
import { paramLines } from '../../_share/param-text'
import { type ParamModel, paramsOf, sameValue, sayOption } from './param-schema'

type Params = Readonly<Record<string, unknown>>

/** A setting that a node had once and has no longer, as text. */
export interface DifferingParam {
  key: string
  label: string
  was: string
  is: string
}

/** What is not as it was then, in the order of the settings. */
export function differingParams(
  definition: Pick<CatalogEntry, 'params' | 'widgets'>,
  then: Params,
  now: Params,
  assetName: (id: string) => string | undefined,
): DifferingParam[] {
  const [before, after] = [then, now].map((params) => paramLines(definition, params, assetName))
  return paramsOf(definition).flatMap((param, i) => {
    const { key, label, default: usual } = param
    const [a, b] = [then[key] ?? usual, now[key] ?? usual]
    if (sameValue(a ?? null, b ?? null)) return []
    const [was, is] = [say(param, a, before[i].text), say(param, b, after[i].text)]
    // Lists and layers are said by their length.
    return [{ key, label, was: was === is ? `Other: ${was}` : was, is }]
  })
}

const say = ({ kind }: ParamModel, value: unknown, text: string) =>
  kind.is === 'choice' && typeof value === 'string' ? sayOption(value) : text
