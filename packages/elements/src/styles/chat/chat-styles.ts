import type { CSSResult } from 'lit';
import { buttons } from '../buttons.ts';
import { inputs } from '../inputs.ts';
import { optionStyles } from '../options.ts';
import { waitingStyles } from '../record.ts';
import { composerStyles } from './composer.ts';
import { frameStyles } from './frame.ts';
import { messageStyles } from './message.ts';
import { messageExtraStyles } from './message-extras.ts';
import { overlayStyles } from './overlay.ts';
import { panelStyles } from './panel.ts';
import { widgetStyles } from './widget.ts';

/** All that a chat looks like, in the order in which it is to hold. */
export const chatStyles: readonly CSSResult[] = [
  buttons,
  inputs,
  optionStyles,
  waitingStyles,
  frameStyles,
  messageStyles,
  messageExtraStyles,
  composerStyles,
  panelStyles,
  overlayStyles,
  widgetStyles,
];
