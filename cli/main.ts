process.stdout.write(process.version + ' ' + process.argv.slice(2) + '\n');
