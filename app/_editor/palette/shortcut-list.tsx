'use client'
import { useEffect, useState } from 'react'
import { Button } from '../../_ui/button'
import { ChangedDot } from '../../_ui/changed-dot'
import { Dialog } from '../../_ui/dialog'
import { Kbd } from '../../_ui/kbd'
import { TRANSPORT_KEYS } from '../dock/transport-keys'
import { bind, keyOf, resetKeys, sayKey, useKeymap } from '../state/keymap'
import { closePalettes, usePalettes } from './palettes'

const SECTIONS = ['Run', 'Edit', 'Nodes', 'View']

/** All shortcuts; a click on the keys of one takes the next key that is pressed. */
export function ShortcutList() {
  const open = usePalettes((state) => state.open === 'shortcuts')
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
  if (!open) return null
  return (
    <Dialog
      open
      width={640}
      onOpenChange={(next) => !next && closePalettes()}
      title="Shortcuts"
      description="Choose the keys of an action, then press new ones. They are kept on this device."
      footer={
        <Button onClick={() => resetKeys()} disabled={!all.some(({ changed }) => changed)}>
          Reset all
        </Button>
      }
    >
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
                    aria-label={`Keys of ${label}: ${keys.map(sayKey).join(' or ') || 'none'}. Change them`}
                    onClick={() => setWaiting(id)}
                    className="flex h-6 min-w-10 items-center justify-end gap-1 rounded-2 px-1 hover:bg-hover"
                  >
                    {waiting === id ? (
                      <span className="text-11 text-accent">Press a key</span>
                    ) : (
                      keys.map((key) => <Kbd key={key} keys={sayKey(key)} />)
                    )}
                  </button>
                </div>
              ))}
          </section>
        ))}
        <section>
          <h3 className="mb-1 font-title text-11 text-text-3">Time</h3>
          {Object.entries(TRANSPORT_KEYS).map(([key, { does }]) => (
            <div key={key} className="flex h-7 items-center gap-2">
              <span className="min-w-0 flex-1 truncate">{does}</span>
              <Kbd keys={sayTransportKey(key)} className="mr-1" />
            </div>
          ))}
        </section>
      </div>
    </Dialog>
  )
}

const sayTransportKey = (key: string) =>
  key
    .replace('shift+', 'Shift ')
    .replace(/ $/, 'Space')
    .replace(/^[a-z]$/, (letter) => letter.toUpperCase())
