'use client'
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { Fold } from '../../_ui/fold'
import { IconButton } from '../../_ui/icon-button'
import { BoundParam } from '../inspector/settings-tab'
import { ChooseFields } from './choose-fields'
import { type FormGroup, fieldKey } from './form-fields'
import { InputCard } from './input-card'
import { useFormFields, useFormInputs } from './use-form-shape'
import { useSettledPoses } from './use-settled-poses'

/** The settings that matter, and the others under a fold. */
export function FormSettings() {
  const { shown, more, all } = useFormFields()
  const [isChoosing, setChoosing] = useState(false)
  if (all.length === 0) return null
  return (
    <section aria-label="Settings" className="grid gap-4">
      <div className="flex items-center gap-2">
        <h2 className="min-w-0 flex-1 font-title text-15">Settings</h2>
        <IconButton
          icon={SlidersHorizontal}
          label="Choose which settings are shown"
          onClick={() => setChoosing(true)}
        />
      </div>
      {shown.map(({ node, param }) => (
        <BoundParam key={fieldKey(node, param.key)} param={param} ids={[node]} />
      ))}
      {more.length > 0 && <More groups={more} />}
      <ChooseFields open={isChoosing} onOpenChange={setChoosing} groups={all} shown={shown} />
    </section>
  )
}

function More({ groups }: { groups: readonly FormGroup[] }) {
  const inputs = useFormInputs()
  const settled = useSettledPoses(inputs)
  return (
    <Fold label="More settings" className="pt-2">
      {inputs
        .filter(({ node }) => settled.has(node))
        .map((input) => (
          <div key={input.node} className="pt-2 pb-4">
            <InputCard input={input} inputs={inputs} />
          </div>
        ))}
      {groups.map(({ node, title, params }) => (
        <section key={node} aria-label={title} className="grid gap-4 pt-3 pb-4">
          <h3 className="text-12 text-text-3">{title}</h3>
          {params.map((param) => (
            <BoundParam key={param.key} param={param} ids={[node]} />
          ))}
        </section>
      ))}
    </Fold>
  )
}
