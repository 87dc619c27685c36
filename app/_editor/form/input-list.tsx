'use client'
import { InputCard } from './input-card'
import { useFormInputs } from './use-form-shape'
import { useSettledPoses } from './use-settled-poses'

/** The files that the result is made from; poses that go with their picture are among the other settings. */
export function InputList() {
  const inputs = useFormInputs()
  const settled = useSettledPoses(inputs)
  const shown = inputs.filter(({ node }) => !settled.has(node))
  if (shown.length === 0) return null
  return (
    <section aria-label="Files" className="grid gap-4">
      <h2 className="sr-only">Files</h2>
      {shown.map((input) => (
        <InputCard key={input.node} input={input} inputs={inputs} />
      ))}
    </section>
  )
}
