import { canonicalJson } from '../../../nodes/core/canonical'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { words } from '../card/say'

/** A param as its control needs it, read from the JSON schema of the catalog. */
export interface ParamModel {
  key: string
  label: string
  docs: string
  unit?: string
  advanced: boolean
  /** Undefined for a param without one, such as the file of an input. */
  default: unknown
  /** May be null, which has a meaning of its own: no limit, none chosen. */
  nullable: boolean
  kind: ParamKind
}

export type ParamKind =
  | { is: 'number'; min?: number; max?: number; step: number; integer: boolean; slider: boolean }
  | { is: 'seed'; min: number; max: number }
  | { is: 'switch' }
  | { is: 'choice'; options: string[] }
  | { is: 'choices'; options: string[]; least: number }
  | { is: 'text'; longest?: number }
  | { is: 'words'; most?: number }
  | { is: 'asset'; accepts?: string }
  | { is: 'rows'; columns: RowColumn[]; most?: number }
  | { is: 'layers' }
  | { is: 'fit' }
  | { is: 'data' }

/** A number of each row, named as the param of the same node that it stands in for, if there is one. */
export interface RowColumn {
  key: string
  label: string
  unit?: string
  min?: number
  max?: number
  step: number
  integer: boolean
  /** Every row has it. */
  always: boolean
  /** Its value in a row that is new, or where it is first set. */
  usual: number
}

/** What of JSON Schema the catalog uses. */
interface Schema {
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  maxLength?: number
}

/** A slider needs both ends; without a step it takes a hundredth of the way, rounded to 1, 2 or 5. */
function stepOf(schema: Schema, given: number | undefined): number {
  if (given !== undefined) return given
  if (schema.type === 'integer') return 1
  const { minimum, maximum } = schema
  if (minimum === undefined || maximum === undefined) return 0.1
  const raw = (maximum - minimum) / 100
  const power = 10 ** Math.floor(Math.log10(raw))
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= raw * 0.999) ?? power * 10
}

export function paramsOf(definition: Pick<CatalogEntry, 'params' | 'widgets'>): ParamModel[] {
  const { properties = {} } = definition.params as { properties?: Record<string, Schema> }
  return Object.entries(properties).map(([key, schema]) => {
    const ui = definition.widgets[key] ?? {}
    const variants = schema.anyOf ?? [schema]
    const main = variants.find(({ type }) => type !== 'null') ?? schema
    return {
      key,
      label: ui.label ?? (ui.widget === 'asset' ? 'File' : words(key)),
      docs: schema.description ?? '',
      unit: ui.unit,
      advanced: ui.advanced === true,
      default: schema.default,
      nullable: variants.some(({ type }) => type === 'null'),
      kind: ui.widget === 'rows' ? rowsOf(main, properties, definition.widgets) : kindOf(main, ui),
    }
  })
}

function rowsOf(
  { items, maxItems }: Schema,
  siblings: Record<string, Schema>,
  widgets: CatalogEntry['widgets'],
): ParamKind {
  const columns = Object.entries(items?.properties ?? {}).map(([key, schema]): RowColumn => {
    const { label = words(key), unit, step } = widgets[key] ?? {}
    const usual = schema.default ?? siblings[key]?.default ?? schema.minimum ?? 0
    return {
      ...{ key, label, unit, min: schema.minimum, max: schema.maximum, step: stepOf(schema, step) },
      integer: schema.type === 'integer',
      always: schema.default !== undefined,
      usual: Number(usual),
    }
  })
  return { is: 'rows', columns, most: maxItems }
}

function kindOf(schema: Schema, ui: CatalogEntry['widgets'][string]): ParamKind {
  const { minimum: min, maximum: max } = schema
  if (ui.widget === 'asset') return { is: 'asset', accepts: ui.accepts }
  if (ui.widget === 'layers') return { is: 'layers' }
  if (ui.widget === 'fit') return { is: 'fit' }
  if (ui.widget === 'seed') return { is: 'seed', min: min ?? 0, max: max ?? 0xffff_ffff }
  if (schema.enum) return { is: 'choice', options: schema.enum.map(String) }
  if (schema.type === 'boolean') return { is: 'switch' }
  if (schema.type === 'number' || schema.type === 'integer') {
    const slider = ui.widget === 'slider' && min !== undefined && max !== undefined
    return {
      is: 'number',
      min,
      max,
      step: stepOf(schema, ui.step),
      integer: schema.type === 'integer',
      slider,
    }
  }
  if (schema.type === 'array' && schema.items?.enum) {
    return { is: 'choices', options: schema.items.enum.map(String), least: schema.minItems ?? 0 }
  }
  if (schema.type === 'array' && schema.items?.type === 'string')
    return { is: 'words', most: schema.maxItems }
  if (schema.type === 'string') return { is: 'text', longest: schema.maxLength }
  return { is: 'data' }
}

export const sameValue = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && canonicalJson(a ?? null) === canonicalJson(b ?? null))

/** Params that all of several definitions have in the same form. */
export function commonParams(definitions: readonly CatalogEntry[]): ParamModel[] {
  const [first, ...rest] = definitions
  if (!first) return []
  const others = rest.map(
    (definition) => new Map(paramsOf(definition).map((param) => [param.key, canonicalJson(param)])),
  )
  return paramsOf(first).filter((param) => {
    if (param.kind.is === 'layers' || param.kind.is === 'fit') return rest.length === 0
    const text = canonicalJson(param)
    return others.every((known) => known.get(param.key) === text)
  })
}

/** Options that are names or abbreviations. */
const NAMES: Record<string, string> = {
  ddim: 'DDIM',
  'dpm++': 'DPM++',
  wavlm: 'WavLM',
  float32: 'fp32',
  float16: 'fp16',
  mp4: 'MP4',
  webm: 'WebM',
  gif: 'GIF',
  png: 'PNG',
  'savitzky-golay': 'Savitzky–Golay',
}

/** `when-new` → `When new`, `upperBody` → `Upper body`, `fps` → `fps`, `wavlm` → `WavLM` */
export const sayOption = (option: string): string =>
  NAMES[option] ?? (option.length <= 3 ? option : words(option.replaceAll('-', ' ')))
