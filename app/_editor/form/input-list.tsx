'use client'
import { InputCard } from './input-card'
import { useFormInputs } from './use-form-shape'

/** The files that the result is made from. */
export function InputList() {
  const inputs = useFormInputs()
  if (inputs.length === 0) return null
  return (
    <section aria-label="Files" className="grid gap-4">
      <h2 className="sr-only">Files</h2>
      {inputs.map((input) => (
        <InputCard key={input.node} input={input} inputs={inputs} />
      ))}
    </section>
  )
}
