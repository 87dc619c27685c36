'use client'
import { Layers, X } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '../../_ui/button'
import { Checkbox } from '../../_ui/checkbox'
import { Field } from '../../_ui/field'
import { IconButton } from '../../_ui/icon-button'
import { NumberField } from '../../_ui/number-field'
import { Segment } from '../../_ui/segment'
import { Select } from '../../_ui/select'
import { SliderRow } from '../../_ui/slider-row'
import { TextField } from '../../_ui/text-field'
import { Toggle } from '../../_ui/toggle'
import { useEditor } from '../state/editor-context'
import { AssetField } from './asset-field'
import { FitField } from './fit-field'
import { type ParamModel, sameValue, sayOption } from './param-schema'
import { type Row, RowsField } from './rows-field'
import { SeedField } from './seed-field'

export interface ParamRowProps {
  param: ParamModel
  /** Undefined: the default holds. */
  value: unknown
  /** Several nodes are chosen and have different values. */
  mixed: boolean
  nodeIds: readonly string[]
  onChange: (value: unknown, gesture?: string) => void
}

/** One param: its control, its range and unit, its docs, and the way back to the default. */
export function ParamRow(props: ParamRowProps) {
  const { param, mixed, onChange } = props
  const value = props.value === undefined ? param.default : props.value
  const changed =
    props.value !== undefined && param.default !== undefined && !sameValue(props.value, param.default)
  const reset = () => onChange(undefined)
  const shared = {
    label: param.label,
    docs: param.docs || undefined,
    changed,
    onReset: reset,
    was: sayValue(param.default),
    hint: mixed ? 'They differ; a change sets all' : undefined,
  }
  const { kind } = param
  if (kind.is === 'number' && kind.slider && !param.nullable && typeof value === 'number') {
    const { min = 0, max = 1, step, integer } = kind
    return (
      <SliderRow
        {...{ min, max, step, integer, value }}
        label={param.label}
        docs={param.docs}
        unit={param.unit}
        defaultValue={typeof param.default === 'number' ? param.default : undefined}
        onChange={(next, gesture) => onChange(next, gesture)}
      />
    )
  }
  if (
    kind.is === 'layers' ||
    kind.is === 'fit' ||
    kind.is === 'asset' ||
    kind.is === 'choices' ||
    kind.is === 'rows'
  ) {
    return (
      <Field {...shared} stacked>
        <Control {...props} value={value} />
      </Field>
    )
  }
  return (
    <Field {...shared} short={kind.is === 'switch'}>
      <Control {...props} value={value} />
    </Field>
  )
}

function Control({ param, value, nodeIds, onChange }: ParamRowProps) {
  const { openEditor } = useEditor()
  const { kind, label, unit } = param
  const gesture = useRef('')
  const typing = {
    onFocus: () => {
      gesture.current = `type ${crypto.randomUUID()}`
    },
  }
  switch (kind.is) {
    case 'number':
      if (value === null || value === undefined) {
        return (
          <Button size="small" onClick={() => onChange(kind.min ?? 0)}>
            None. Set a value
          </Button>
        )
      }
      return (
        <div className="flex items-center gap-1">
          <NumberField
            {...kind}
            label={label}
            unit={unit}
            value={Number(value)}
            onChange={onChange}
            className="min-w-0 flex-1"
          />
          {param.nullable && (
            <IconButton icon={X} size="small" label={`${label}: none`} onClick={() => onChange(null)} />
          )}
        </div>
      )
    case 'seed':
      return (
        <SeedField
          label={label}
          min={kind.min}
          max={kind.max}
          value={Number(value ?? 0)}
          nodeIds={nodeIds}
          onChange={onChange}
        />
      )
    case 'switch':
      return (
        <div className="flex justify-end">
          <Toggle label={label} on={value === true} onChange={onChange} />
        </div>
      )
    case 'choice': {
      const options = kind.options.map((option) => ({ value: option, label: sayOption(option) }))
      // As wide as the column lets them be.
      const letters = options.reduce((sum, option) => sum + option.label.length, 0)
      const short = options.length <= 3 && letters + 4 * options.length <= 28
      const chosen = String(value ?? '')
      if (!short) return <Select label={label} value={chosen} onChange={onChange} options={options} />
      return <Segment label={label} value={chosen} onChange={onChange} options={options} className="w-full" />
    }
    case 'choices': {
      const chosen = Array.isArray(value) ? value.map(String) : []
      return (
        <div className="grid grid-cols-2">
          {kind.options.map((option) => (
            <Checkbox
              key={option}
              checked={chosen.includes(option)}
              disabled={chosen.includes(option) && chosen.length <= kind.least}
              onChange={(on) =>
                onChange(kind.options.filter((each) => (each === option ? on : chosen.includes(each))))
              }
            >
              {sayOption(option)}
            </Checkbox>
          ))}
        </div>
      )
    }
    case 'words':
      return (
        <TextField
          label={label}
          value={Array.isArray(value) ? value.join(', ') : ''}
          placeholder="All"
          {...typing}
          onChange={(text) =>
            onChange(
              text
                .split(',')
                .map((word) => word.trimStart())
                .filter((word, i, all) => word !== '' || i < all.length - 1),
              gesture.current,
            )
          }
        />
      )
    case 'text':
      return (
        <TextField
          label={label}
          value={typeof value === 'string' ? value : ''}
          maxLength={kind.longest}
          placeholder={param.nullable ? 'None' : undefined}
          {...typing}
          onChange={(text) => onChange(param.nullable && text === '' ? null : text, gesture.current)}
        />
      )
    case 'asset':
      return (
        <AssetField
          label={label}
          accepts={kind.accepts}
          value={typeof value === 'string' ? value : undefined}
          onChange={onChange}
        />
      )
    case 'rows':
      return (
        <RowsField
          {...{ label, onChange }}
          columns={kind.columns}
          most={kind.most}
          rows={Array.isArray(value) ? (value as Row[]) : []}
          nodeId={nodeIds[0]}
        />
      )
    case 'fit':
      return <FitField nodeId={nodeIds[0]} fitted={value !== undefined} />
    case 'layers': {
      const count = Array.isArray(value) ? value.length : 0
      return (
        <div className="flex items-center gap-2">
          <Button icon={Layers} onClick={() => openEditor(nodeIds[0])}>
            Edit
          </Button>
          <span className="text-11 text-text-3">
            {count === 0 ? 'No edits yet' : `${count} ${count === 1 ? 'layer' : 'layers'}`}
          </span>
        </div>
      )
    }
    case 'data':
      return <span className="text-11 text-text-3">{JSON.stringify(value)?.slice(0, 80) ?? 'Not set'}</span>
  }
}

const sayValue = (value: unknown): string | undefined =>
  value === undefined
    ? undefined
    : value === null
      ? 'none'
      : typeof value === 'object'
        ? 'the default'
        : typeof value === 'boolean'
          ? value
            ? 'on'
            : 'off'
          : String(value)
