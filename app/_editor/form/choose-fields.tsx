'use client'
import { RotateCcw } from 'lucide-react'
import { Button } from '../../_ui/button'
import { Checkbox } from '../../_ui/checkbox'
import { Dialog } from '../../_ui/dialog'
import { useEditor, useWorkflow } from '../state/editor-context'
import { type FormField, type FormGroup, fieldKey } from './form-fields'

/** The author's choice of what the form shows. It is part of the workflow. */
export function ChooseFields({
  open,
  onOpenChange,
  groups,
  shown,
}: {
  open: boolean
  onOpenChange(open: boolean): void
  groups: readonly FormGroup[]
  shown: readonly FormField[]
}) {
  const { commands } = useEditor()
  const isChosen = useWorkflow(({ form }) => form !== undefined)
  const keys = shown.map(({ node, param }) => fieldKey(node, param.key))
  const set = (key: string, on: boolean) =>
    commands.setForm(on ? [...keys, key] : keys.filter((other) => other !== key))
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      calm
      title="Settings of the form"
      description="Chosen settings are shown to everybody who opens this workflow as a form."
      footer={
        <>
          <Button
            icon={RotateCcw}
            disabled={!isChosen}
            className="mr-auto"
            onClick={() => commands.setForm(undefined)}
          >
            The usual ones
          </Button>
          <Button kind="primary" onClick={() => onOpenChange(false)}>
            Done
          </Button>
        </>
      }
    >
      <div className="roomy grid gap-4">
        {groups.map(({ node, title, params }) => (
          <fieldset key={node}>
            <legend className="mb-1 font-title text-12">{title}</legend>
            <div className="grid grid-cols-2 gap-x-4">
              {params.map(({ key, label }) => (
                <Checkbox
                  key={key}
                  checked={keys.includes(fieldKey(node, key))}
                  onChange={(on) => set(fieldKey(node, key), on)}
                  className="touch:min-h-11"
                >
                  {label}
                </Checkbox>
              ))}
            </div>
          </fieldset>
        ))}
      </div>
    </Dialog>
  )
}
