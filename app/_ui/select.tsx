'use client'
import { Check, ChevronDown } from 'lucide-react'
import { Select as Parts } from 'radix-ui'
import { classNames } from './class-names'
import { SearchSelect } from './search-select'
import { type SelectProps, selectSurface, selectTrigger } from './select-parts'

/** With more than this many a list gets a search field. */
const SEARCH_ABOVE = 8

export function Select<T extends string>(props: SelectProps<T>) {
  if (props.options.length > SEARCH_ABOVE) return <SearchSelect {...props} />
  const { value, onChange, options, label, placeholder = 'Choose', disabled, size, className, id } = props
  return (
    <Parts.Root value={value ?? ''} onValueChange={(next) => onChange(next as T)} disabled={disabled}>
      <Parts.Trigger
        id={id}
        aria-label={id ? undefined : label}
        className={classNames(selectTrigger(size), className)}
      >
        <span className="min-w-0 flex-1 truncate text-left">
          <Parts.Value placeholder={placeholder} />
        </span>
        <ChevronDown size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
      </Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={classNames(selectSurface, 'max-h-(--radix-select-content-available-height)')}
        >
          <Parts.Viewport className="p-1">
            {options.map(({ value: key, label: name, hint, icon: Icon, disabled: off }) => (
              <Parts.Item
                key={key}
                value={key}
                disabled={off}
                className="focus-quiet flex h-7 cursor-default select-none items-center gap-2 rounded-2 px-2 data-[disabled]:text-text-off data-[highlighted]:bg-active"
              >
                {Icon && <Icon size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />}
                <Parts.ItemText>{name}</Parts.ItemText>
                <span className="flex-1" />
                {hint && <span className="text-11 text-text-3">{hint}</span>}
                <span className="w-3.5">
                  <Parts.ItemIndicator>
                    <Check size={14} strokeWidth={1.75} aria-hidden />
                  </Parts.ItemIndicator>
                </span>
              </Parts.Item>
            ))}
          </Parts.Viewport>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}
