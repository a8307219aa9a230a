import { createContext, useContext } from 'react';
import type { Media, PaymentOutcome, Request } from './drawing.ts';

/** What the page around a bubble provides. */
export interface DrawingContext {
  /** Where the bytes of a file can be read. Nothing is loaded from an address that the page did not give here, so that a
   *  message cannot make the reader's browser call a stranger. */
  mediaUrl?: ((media: Media) => string | undefined) | undefined;
  /** The reader tapped an answer; the argument is the content of the answer as the Cloud API writes it. Without this,
   *  buttons are drawn but cannot be tapped. */
  onAnswer?: ((content: Readonly<Record<string, unknown>>) => void) | undefined;
  /** The reader tapped a button that asks for something: a place, a form, products. Without this, such buttons are drawn
   *  but cannot be tapped. */
  onRequest?: ((request: Request) => void) | undefined;
  /** The reader pays an order, or tries to. Without this the bill can be read and not paid. */
  onPay?: ((outcome: PaymentOutcome) => void) | undefined;
  /** The reader began to listen to an audio file. */
  onPlay?: (() => void) | undefined;
}

export const DrawingContextValue = createContext<DrawingContext>({});

export function useDrawing(): DrawingContext {
  return useContext(DrawingContextValue);
}
