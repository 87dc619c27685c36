'use client'
import { useEffect, useState } from 'react'
import { ChangedDot } from '../../_ui/changed-dot'
import { Kbd } from '../../_ui/kbd'
import { bind, keyOf, resetKeys, sayKey, useKeymap } from '../state/keymap'

const SECTIONS = ['Run', 'Edit', 'Nodes', 'View', 'Time']

/** Every shortcut; a click on the keys of one takes the next key that is pressed. */
export function ShortcutTable() {
  const { all } = useKeymap()
  const [waiting, setWaiting] = useState<string>()
  useEffect(() => {
    if (!waiting) return
    const take = (event: KeyboardEvent) => {
      event.preventDefault()
      event.stopPropagation()
      if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return
      if (event.key !== 'Escape') bind(waiting, keyOf(event))
      setWaiting(undefined)
    }
    window.addEventListener('keydown', take, true)
    return () => window.removeEventListener('keydown', take, true)
  }, [waiting])
  return (
    <div className="grid grid-cols-2 gap-x-8 gap-y-5 pb-2 max-sm:grid-cols-1">
      {SECTIONS.map((section) => (
        <section key={section}>
          <h3 className="mb-1 font-title text-11 text-text-3">{section}</h3>
          {all
            .filter((entry) => entry.section === section && (entry.keys.length > 0 || entry.changed))
            .map(({ id, label, keys, changed }) => (
              <div key={id} className="flex h-7 items-center gap-1">
                <span className="min-w-0 flex-1 truncate">{label}</span>
                {changed && <ChangedDot label={label} onReset={() => resetKeys(id)} />}
                <button
                  type="button"
                  onClick={() => setWaiting(id)}
                  className="flex h-6 min-w-10 items-center justify-end gap-1 rounded-2 px-1 hover:bg-hover"
                >
                  {/* Its name is what it shows, with the words around it that only a reader needs. */}
                  <span className="sr-only">{`Keys of ${label}: `}</span>
                  {waiting === id ? (
                    <span className="text-11 text-accent">Press a key</span>
                  ) : keys.length === 0 ? (
                    <span className="text-11 text-text-3">None</span>
                  ) : (
                    keys.map((key) => <Kbd key={key} keys={sayKey(key)} />)
                  )}
                  <span className="sr-only">. Change them</span>
                </button>
              </div>
            ))}
        </section>
      ))}
    </div>
  )
}
