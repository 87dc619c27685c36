import type { ReactNode } from 'react'
import { NumberField, type NumberFieldProps } from '../../_ui/number-field'

/** A number with a short name before it; two of them share a row of `Figures`. */
export function FigureField({
  name,
  label,
  ...field
}: Omit<NumberFieldProps, 'label' | 'size'> & {
  /** What stands before the field. */
  name: string
  /** Its full name, where the short one needs the title above it to be understood. */
  label?: string
}) {
  return (
    <div className="grid grid-cols-[46px_minmax(0,1fr)] items-center gap-1 text-11 text-text-2">
      {name}
      <NumberField size="small" label={label ?? name} step={1} {...field} />
    </div>
  )
}

export function Figures({ className = '', children }: { className?: string; children: ReactNode }) {
  return <div className={`grid grid-cols-2 gap-2 ${className}`}>{children}</div>
}
