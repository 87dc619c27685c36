'use client'
import { Command } from 'cmdk'
import { Check, ChevronDown, Search } from 'lucide-react'
import { Popover as Parts } from 'radix-ui'
import { useState } from 'react'
import { classNames } from './class-names'
import { type SelectProps, selectSurface, selectTrigger } from './select-parts'

/** A select with a search field, for long lists. */
export function SearchSelect<T extends string>({
  value,
  onChange,
  options,
  label,
  placeholder = 'Choose',
  disabled,
  size,
  className,
  id,
}: SelectProps<T>) {
  const [open, setOpen] = useState(false)
  const chosen = options.find((option) => option.value === value)
  return (
    <Parts.Root open={open} onOpenChange={setOpen}>
      <Parts.Trigger
        id={id}
        role="combobox"
        aria-expanded={open}
        aria-label={id ? undefined : `${label}: ${chosen?.label ?? placeholder}`}
        disabled={disabled}
        className={classNames(selectTrigger(size), className)}
      >
        <span className={classNames('min-w-0 flex-1 truncate text-left', !chosen && 'text-text-3')}>
          {chosen?.label ?? placeholder}
        </span>
        <ChevronDown size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
      </Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          sideOffset={4}
          collisionPadding={8}
          align="start"
          aria-label={label}
          className={selectSurface}
        >
          <Command label={label} loop>
            <div className="flex h-8 items-center gap-2 border-b border-line-2 px-2.5">
              <Search size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
              <Command.Input
                placeholder="Search"
                className="focus-quiet min-w-0 flex-1 bg-transparent placeholder:text-text-3"
              />
            </div>
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-1.5 text-text-3">Nothing fits.</Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={`${option.label} ${option.value}`}
                  disabled={option.disabled}
                  onSelect={() => {
                    onChange(option.value)
                    setOpen(false)
                  }}
                  className="flex h-7 cursor-default select-none items-center gap-2 rounded-2 px-2 data-[disabled=true]:text-text-off data-[selected=true]:bg-active"
                >
                  {option.icon && (
                    <option.icon size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
                  )}
                  <span className="min-w-0 flex-1 truncate">{option.label}</span>
                  {option.hint && <span className="text-11 text-text-3">{option.hint}</span>}
                  <span className="w-3.5">
                    {option.value === value && <Check size={14} strokeWidth={1.75} aria-hidden />}
                  </span>
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}
