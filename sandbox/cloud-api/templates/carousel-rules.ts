import { characterCount, isObject } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { TemplateButton, TemplateComponent, TemplateDefinition } from '#cloud-api/templates.ts';
import { checkButtons } from './button-rules.ts';

/** Two to ten cards of one structure, under a body and without a header or footer around them. */
export function checkCarousel(
  carousel: TemplateComponent,
  around: {
    header: TemplateComponent | undefined;
    footer: TemplateComponent | undefined;
    category: TemplateDefinition['category'];
  },
): void {
  if (around.header) throw new GraphError(100, 'A template with a carousel has no header.', { subcode: 2388047 });
  if (around.footer) throw new GraphError(100, 'A template with a carousel has no footer.', { subcode: 2388073 });
  const { cards }: { cards?: unknown } = carousel;
  if (!Array.isArray(cards) || cards.length < 2 || cards.length > 10) {
    throw new GraphError(100, 'A carousel has 2 to 10 cards.', { subcode: 2388039 });
  }
  const structures = new Set((cards as unknown[]).map((card, index) => checkCard(card, index, around.category)));
  if (structures.size > 1) {
    throw new GraphError(100, 'All cards of a carousel have the same components and buttons.', { subcode: 2388039 });
  }
}

/** Gives the structure of the card: its components, the kind of its header and the types of its buttons. */
function checkCard(card: unknown, index: number, category: TemplateDefinition['category']): string {
  const place = `components['cards'][${index}]`;
  const components = isObject(card) ? card['components'] : undefined;
  if (!Array.isArray(components)) throw new GraphError(100, `Param ${place}['components'] must be an array.`);
  const parts = (components as unknown[]).map((component) => {
    if (!isObject(component)) throw new GraphError(100, `Param ${place}['components'] must hold objects.`);
    const type = String(component['type']).toUpperCase();
    switch (type) {
      case 'HEADER': {
        const format = String(component['format']).toUpperCase();
        if (!['IMAGE', 'VIDEO', 'PRODUCT'].includes(format)) {
          throw new GraphError(100, `${place}: the header is an image, a video or a product.`, { subcode: 2388047 });
        }
        return `HEADER ${format}`;
      }
      case 'BODY':
        if (typeof component['text'] !== 'string' || characterCount(component['text']) > 160) {
          throw new GraphError(100, `${place}: the body needs a text of at most 160 characters.`, { subcode: 2388040 });
        }
        return 'BODY';
      case 'BUTTONS':
        return `BUTTONS ${checkCardButtons(component['buttons'], category, place).join()}`;
      default:
        throw new GraphError(100, `${place}: a card has HEADER, BODY and BUTTONS only.`, { subcode: 2388039 });
    }
  });
  if (!parts.some((part) => part.startsWith('HEADER'))) {
    throw new GraphError(100, `${place}: a card needs a header.`, { subcode: 2388047 });
  }
  return parts.toSorted().join(' | ');
}

function checkCardButtons(value: unknown, category: TemplateDefinition['category'], place: string): string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 2) {
    throw new GraphError(100, `${place}: a card has one or two buttons.`, { subcode: 2388039 });
  }
  const buttons = (value as unknown[]).map((button) => {
    if (!isObject(button)) throw new GraphError(100, `Param ${place}['buttons'] must hold objects.`);
    return { ...button, type: String(button['type']).toUpperCase() } as TemplateButton;
  });
  checkButtons(buttons, category, `${place}['buttons']`);
  return buttons.map((button) => button.type);
}
