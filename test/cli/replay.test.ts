/** Plans and their application, in one file: their scenarios wait side by side. */
import './replay-plan.ts'
import './replay-apply.ts'
