/** The commands on dead letters, in one file: their scenarios wait side by side. */
import './dead-list.ts'
import './dead-export.ts'
import './dead-show.ts'
import './dead-edit.ts'
import './dead-drop.ts'
