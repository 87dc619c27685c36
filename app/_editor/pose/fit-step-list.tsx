'use client'
import { Button } from '../../_ui/button'
import { classNames } from '../../_ui/class-names'
import { PanelTitle } from '../full-screen/section'
import { FIT_STEPS, type FitStep } from './fit-steps'

/** Where the fitting is, and what to do there. */
export function FitStepList({ step, onStep }: { step: FitStep; onStep(step: FitStep): void }) {
  const at = FIT_STEPS.findIndex(({ id }) => id === step)
  return (
    <>
      <PanelTitle title="Steps" />
      <ol>
        {FIT_STEPS.map(({ id, label, icon: Icon }, i) => (
          <li key={id}>
            <button
              type="button"
              aria-current={step === id ? 'step' : undefined}
              className={classNames(
                'flex h-10 w-full cursor-default items-center gap-2.5 px-3 text-left',
                step === id
                  ? 'bg-accent-soft font-strong shadow-[inset_2px_0_var(--accent)]'
                  : 'text-text-2 hover:bg-hover',
              )}
              onClick={() => onStep(id)}
            >
              <Icon
                size={14}
                strokeWidth={1.75}
                aria-hidden
                className={step === id ? 'text-accent' : 'text-text-3'}
              />
              {i + 1}. {label}
            </button>
          </li>
        ))}
      </ol>
      <p className="px-3 py-3 text-text-2">{FIT_STEPS[at].says}</p>
      <div className="flex gap-2 px-3">
        <Button disabled={at === 0} onClick={() => onStep(FIT_STEPS[at - 1].id)}>
          Back
        </Button>
        <Button disabled={at === FIT_STEPS.length - 1} onClick={() => onStep(FIT_STEPS[at + 1].id)}>
          Next
        </Button>
      </div>
    </>
  )
}
