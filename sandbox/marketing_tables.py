"""What made-up leads are made of: weighted countries, sources and forms, and names of nobody."""

from collections.abc import Sequence

# country as people write it, its language, calling code, mobile number (a digit for each #), cities
COUNTRIES: Sequence[tuple[int, str, str, str, str, Sequence[str]]] = (
    (60, "España", "es", "+34", "6########", ("Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao")),
    (25, "México", "es", "+52", "55########", ("Ciudad de México", "Guadalajara", "Monterrey", "Puebla")),
    (15, "Colombia", "es", "+57", "310#######", ("Bogotá", "Medellín", "Cali", "Barranquilla")),
)
FIRST_NAMES = (
    "Ana", "Andrés", "Begoña", "Camila", "Carlos", "Carmen", "Daniela", "Diego", "Elena", "Esteban", "Gabriela",
    "Hugo", "Inés", "Íñigo", "Javier", "Jimena", "José", "Julia", "Laura", "Lucía", "Luis", "Manuel", "María",
    "Mario", "Marta", "Mateo", "Natalia", "Óscar", "Paula", "Rocío", "Santiago", "Sofía", "Valentina", "Víctor",
)  # fmt: skip
LAST_NAMES = (
    "Alonso", "Álvarez", "Castillo", "Cruz", "Domínguez", "Etxeberria", "Fernández", "García", "Gómez", "Gutiérrez",
    "Hernández", "Herrera", "Jiménez", "López", "Martín", "Molina", "Moreno", "Muñoz", "Núñez", "Ortega", "Peña",
    "Ramírez", "Restrepo", "Rivera", "Rojas", "Ruiz", "Sánchez", "Serrano", "Suárez", "Torres", "Vargas", "Vázquez",
)  # fmt: skip
TRADES = (
    "Talleres",
    "Logística",
    "Clínica",
    "Bodegas",
    "Estudio",
    "Ferretería",
    "Academia",
    "Textiles",
    "Hotel",
)
PLACES = (
    "del Norte",
    "Río Claro",
    "La Encina",
    "Bahía Azul",
    "Tres Cruces",
    "Monteverde",
    "El Faro",
    "Cordillera",
)
INDUSTRIES = (
    "Manufacturing",
    "Logistics",
    "Healthcare",
    "Food and beverages",
    "Education",
    "Retail",
    "Hospitality",
)
JOBS = (
    "Gerente",
    "Directora de marketing",
    "Jefe de ventas",
    "Socia fundadora",
    "Responsable de compras",
    "CEO",
)
SOURCES = (
    (28, "ORGANIC_SEARCH"), (22, "PAID_SEARCH"), (14, "PAID_SOCIAL"), (10, "SOCIAL_MEDIA"), (10, "EMAIL_MARKETING"),
    (8, "DIRECT_TRAFFIC"), (6, "REFERRALS"), (2, "AI_REFERRALS"),
)  # fmt: skip
# page title and form name as HubSpot joins them, how often, and whether it asks to be called
FORMS = (
    (14, "Demo: Pide tu demostración", True),
    (12, "Contacto: Habla con ventas", True),
    (9, "Precios: Pide un presupuesto", True),
    (25, "Recursos: Descarga la guía de captación", False),
    (15, "Recursos: Descarga la plantilla de embudo", False),
    (15, "Eventos: Inscripción al webinar de ventas", False),
    (10, "Blog: Suscripción al boletín", False),
)
PAGES = ("precios", "producto", "casos-de-exito", "blog/embudo", "recursos/guia", "demo", "integraciones")
EMAILS = ("Guía de captación", "Casos de clientes", "Invitación al webinar", "Novedades del mes")
