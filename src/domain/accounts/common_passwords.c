/* common_passwords.c - passwords that are tried first. Short: those that the
 * other validators let through, and the best known of the rest. Compared
 * without case, as Django does with its list of 20,000. */
#include "accounts.h"

#include <string.h>
#include <strings.h>

static const char *const common[] = {
	"password", "password1", "password12", "password123", "password1234",
	"password!", "password1!", "passw0rd", "p@ssword", "p@ssw0rd",
	"p@ssw0rd1", "p@ssword1", "pa$$word", "pa55word", "passwort",
	"passwort1", "passwort123", "passport", "passphrase", "motdepasse",
	"contraseña", "contrasena", "12345678", "123456789", "1234567890",
	"0123456789", "987654321", "87654321", "11111111", "111111111",
	"00000000", "88888888", "99999999", "12341234", "11223344",
	"12344321", "123123123", "123454321", "147258369", "159753456",
	"1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "1qaz2wsx3edc", "zaq12wsx",
	"qwertyui", "qwertyuiop", "qwerty12", "qwerty123", "qwerty1234",
	"qwerty12345", "1qazxsw2", "asdfghjk", "asdfghjkl", "asdf1234",
	"asdfasdf", "zxcvbnm1", "zxcvbnm123", "qweasdzxc", "qwe123456",
	"qwer1234", "q1w2e3r4", "q1w2e3r4t5", "azertyuiop", "qwertzuiop",
	"abcd1234", "abc12345", "abc123456", "abcdefgh", "abcdefg1",
	"abcabcabc", "a1b2c3d4", "aa123456", "a1234567", "a12345678",
	"a123456789", "iloveyou", "iloveyou1", "iloveyou2", "ilovegod",
	"ilovemyself", "loveyou1", "princess", "princess1", "sunshine",
	"sunshine1", "football", "football1", "baseball", "baseball1",
	"basketball", "superman", "superman1", "batman123", "spiderman",
	"starwars", "starwars1", "trustno1", "welcome1", "welcome12",
	"welcome123", "welcome2", "letmein1", "letmein123", "letmeinnow",
	"changeme", "changeme1", "changeme123", "changeit", "secret123",
	"secretpassword", "topsecret", "administrator", "admin123",
	"admin1234", "admin12345", "adminadmin", "rootroot", "root1234",
	"toor1234", "guest123", "testtest", "test1234", "test12345",
	"testpassword", "demo1234", "demodemo", "default1", "computer",
	"computer1", "internet", "internet1", "samsung1", "blink182",
	"michelle", "jennifer", "jessica1", "michael1", "jordan23",
	"charlie1", "daniel123", "nicole123", "ashley123", "liverpool",
	"liverpool1", "chelsea1", "arsenal1", "barcelona", "realmadrid",
	"manchester", "corvette", "mercedes", "maserati", "mustang1",
	"midnight", "whatever", "whatever1", "password2", "password3",
	"butterfly", "elephant", "dolphins", "victoria", "veronica",
	"alexander", "christian", "elizabeth", "anthony1", "benjamin",
	"chocolate", "snickers", "cocacola", "strawberry", "pokemon1",
	"minecraft", "minecraft1", "slipknot", "metallica", "nirvana1",
	"november", "december", "september", "summer2024", "summer2025",
	"summer2026", "winter2024", "winter2025", "winter2026", "spring2026",
	"autumn2026", "monkey123", "dragon123", "shadow123", "master123",
	"hello123", "hellohello", "helloworld", "freedom1", "blahblah",
	"access14", "trustnoone", "q1w2e3r4t5y6", "googlegoogle", "facebook",
	"facebook1", "linkedin", "linkedin1", "correcthorse",
	"correcthorsebatterystaple", "letmeinplease", "opensesame",
};

bool password_is_common(const char *password)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (strcasecmp(common[i], password) == 0)
			return true;
	return false;
}
