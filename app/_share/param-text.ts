import type { CatalogEntry } from '../../nodes/core/catalog'

export interface ParamLine {
  label: string
  text: string
  changed: boolean
}

interface ParamSchema {
  default?: unknown
  title?: string
  type?: string
}

/** The params of a node as lines to read, changed ones marked. Files and layers of edits are said in words. */
export function paramLines(
  { params: schema, widgets }: Pick<CatalogEntry, 'params' | 'widgets'>,
  params: Readonly<Record<string, unknown>>,
  assetName: (id: string) => string | undefined,
): ParamLine[] {
  const properties = (schema.properties ?? {}) as Record<string, ParamSchema>
  return Object.entries(properties).map(([key, { default: usual, title }]) => {
    const value = params[key] ?? usual
    const { label, unit, widget } = widgets[key] ?? {}
    return {
      label: label ?? title ?? sentence(key),
      text: sayValue(value, { unit, widget, assetName }),
      changed:
        params[key] !== undefined &&
        JSON.stringify(params[key]) !== JSON.stringify(usual) &&
        widget !== 'asset',
    }
  })
}

/** `faceExpand` → “Face expand”. */
const sentence = (key: string) => {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return words[0].toUpperCase() + words.slice(1)
}

function sayValue(
  value: unknown,
  {
    unit,
    widget,
    assetName,
  }: { unit?: string; widget?: string; assetName: (id: string) => string | undefined },
): string {
  if (value === undefined || value === null || value === '') return 'None'
  if (widget === 'asset') return assetName(String(value)) ?? 'A file that does not travel'
  if (typeof value === 'boolean') return value ? 'On' : 'Off'
  if (typeof value === 'number' || typeof value === 'string') return unit ? `${value} ${unit}` : String(value)
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`
  return `${Object.keys(value as object).length} settings`
}
