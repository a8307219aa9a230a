import { Kbd, Modal, Table } from '@mantine/core';

const shortcuts: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['J', '↓'], does: 'Next message' },
  { keys: ['K', '↑'], does: 'Previous message' },
  { keys: ['Enter'], does: 'Open the message' },
  { keys: ['Esc'], does: 'Back to the list' },
  { keys: ['/'], does: 'Find a contact' },
  { keys: ['X'], does: 'Clear the filters' },
  { keys: ['C'], does: 'Copy the id of the open message' },
  { keys: ['?'], does: 'This help' },
];

export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table>
        <Table.Tbody>
          {shortcuts.map(({ keys, does }) => (
            <Table.Tr key={does}>
              <Table.Th scope="row" w="8rem" fw={400}>
                {keys.map((key, index) => (
                  <span key={key}>
                    {index > 0 && ' or '}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Th>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
